import { hash } from "node:crypto";
import type { Session } from "../3-hash/graph/build-session.ts";
import type { Answer } from "../host-requests.ts";
import type { TransformHost, TransformResult } from "../index.ts";
import { withoutQuery } from "../syntax/parse.ts";
import { toPosix } from "../syntax/paths.ts";
import { type Book, type Notes, type Receipt, readBook, writeBook } from "./build-cache-file.ts";

/**
 * What a build keeps for the next one: of each file that it transformed what came out, and all that was asked for it,
 * with the answers. A transform depends on nothing else, so where the file's text and every answer are the same, the
 * same would come out, and neither the TypeScript API nor any file that a function reaches needs to be looked at.
 */
export class Receipts {
  readonly #path: string;
  readonly #old: Book;
  /** Those of the old ones that this build used, and new ones. */
  readonly #good = new Map<string, Receipt>();
  readonly #sessions = new Set<Session>();
  readonly #checked = new Map<string, boolean | Promise<boolean>>();
  readonly #digests = new Map<string, string | undefined>();

  /** @param path where they are kept; nothing is there before the first build */
  constructor(path: string) {
    this.#path = path;
    this.#old = readBook(path);
  }

  /** What an earlier build made of a file, if it would come out the same now. */
  async find(id: string, code: string, host: Required<TransformHost>): Promise<TransformResult | undefined> {
    const receipt = this.#old.receipts.get(id);
    if (receipt?.text !== digestOfText(code)) return undefined;
    for (const file of coveredBy(id, receipt)) {
      const isSame = this.#checked.get(file) ?? this.#check(file, host);
      if (isSame !== true && !(await isSame)) return undefined;
    }
    this.#good.set(id, receipt);
    const { map } = receipt.result;
    return { ...receipt.result, map: map && Object.assign(map, { sourcesContent: [code] }) };
  }

  /** Keeps what came out of a file. A file with an error has no receipt: it is reported anew each time. */
  add(id: string, code: string, result: TransformResult, session: Session): void {
    if (result.diagnostics.some(({ severity }) => severity === "error")) return;
    this.#sessions.add(session);
    this.#good.set(id, { text: digestOfText(code), result });
  }

  /** Writes down what the next build may use; what this one had no use for goes. */
  save(): void {
    const isSame = this.#sessions.size === 0 && this.#good.size === this.#old.receipts.size;
    if (isSame) return;
    const notes = new Map<string, Notes>();
    for (const [id, receipt] of this.#good) {
      for (const file of coveredBy(id, receipt)) if (!notes.has(file)) notes.set(file, this.#notesOn(file));
    }
    writeBook(this.#path, { receipts: this.#good, notes });
  }

  #check(file: string, host: Required<TransformHost>): Promise<boolean> {
    const checking = this.#isUnchanged(file, host).catch(() => false);
    this.#checked.set(file, checking);
    checking.then((isSame) => this.#checked.set(file, isSame));
    return checking;
  }

  async #isUnchanged(file: string, host: Required<TransformHost>): Promise<boolean> {
    const notes = this.#old.notes.get(file);
    if (notes === undefined) return false;
    for (const [read, digest] of notes.reads) {
      if (!this.#digests.has(read)) this.#digests.set(read, digestOfAnswer(await host.read(read)));
      if (this.#digests.get(read) !== digest) return false;
    }
    for (const [specifier, found] of notes.resolved) {
      const answer = host.resolve(specifier, file);
      if ((answer instanceof Promise ? await answer : answer) !== found) return false;
    }
    return true;
  }

  /** What was asked for a file's sake in this build: the old notes were checked, and hold as well. */
  #notesOn(file: string): Notes {
    const old = this.#checked.get(file) === true ? this.#old.notes.get(file) : undefined;
    const notes: Notes = { reads: new Map(old?.reads), resolved: new Map(old?.resolved) };
    for (const { asked } of this.#sessions) {
      for (const [read, answer] of asked.get(file)?.reads ?? []) {
        if (!this.#digests.has(read)) this.#digests.set(read, digestOfAnswer(answer));
        notes.reads.set(read, this.#digests.get(read));
      }
      for (const [specifier, found] of asked.get(file)?.resolved ?? []) notes.resolved.set(specifier, found);
    }
    return notes;
  }
}

/** The files whose code a receipt depends on. */
function coveredBy(id: string, { result }: Receipt): string[] {
  return [toPosix(withoutQuery(id)), ...result.dependencies];
}

/** As UTF-16: as UTF-8 different texts with halves of characters would be one. */
function digestOfText(text: string): string {
  return hash("sha256", Buffer.from(text, "utf16le"), "base64");
}

function digestOfAnswer(answer: Answer): string | undefined {
  if (answer === undefined) return undefined;
  return typeof answer === "string" ? digestOfText(answer) : hash("sha256", answer, "base64");
}
