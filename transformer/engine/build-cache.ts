import { hash } from "node:crypto";
import { labelIn, type Session } from "../3-hash/graph/build-session.ts";
import type { Answer, Asking } from "../host-requests.ts";
import type { TransformResult } from "../index.ts";
import { withoutQuery } from "../syntax/parse.ts";
import { toPosix } from "../syntax/paths.ts";
import { readBuildCache, updateBuildCache } from "./build-cache-file.ts";
import { type BuildEntry, type Inputs, withoutTree } from "./build-cache-format.ts";
import { saveSoon } from "./save-soon.ts";

/** An entry's time of use is written down once a day, so that a process that found everything writes nothing. */
const DAY = 24 * 60 * 60 * 1000;

/** What came out of a file in this process: its inputs are digested when it is saved. */
type NewEntry = Omit<BuildEntry, "inputs"> & { session: AskedSession; files: string[] };
/** Of a session only what it asked for. */
type AskedSession = Pick<Session, "asked">;

export interface BuildCacheTraits {
  /** What the tool replaces; every build of the path replaces the same names. */
  define?: Session["define"] | undefined;
  /** Whether what each hash covers is kept as well. */
  keepsTrees?: boolean | undefined;
}

/**
 * What one process keeps for the next: of each file that it transformed what came out, and all that was asked for it, with
 * the answers. A transform depends on nothing else, so where the file's text and every answer are the same, the same
 * would come out, and neither the parser nor any file that a function reaches needs to be looked at.
 */
export class BuildCache {
  readonly #path: string;
  readonly #define: Session["define"];
  readonly #keepsTrees: boolean;
  /** What can be found, by id. */
  readonly #entries: Map<string, BuildEntry>;
  /** What is to be saved. */
  readonly #new = new Map<string, NewEntry>();
  readonly #used = new Map<string, BuildEntry>();
  /** Valid until a file changes. */
  readonly #checked = new Map<Inputs, boolean>();
  readonly #digests = new Map<string, string | undefined>();

  /** @param path where it is kept; nothing is there before the first build */
  constructor(path: string, { define = {}, keepsTrees = false }: BuildCacheTraits = {}) {
    this.#path = path;
    this.#define = define;
    this.#keepsTrees = keepsTrees;
    this.#entries = readBuildCache(path);
  }

  /** Files may have changed. */
  forget(): void {
    this.#checked.clear();
    this.#digests.clear();
  }

  /** The content of one file changed; all else that was found to hold still does. */
  forgetContent(file: string): void {
    for (const inputs of this.#checked.keys()) if (inputs.reads.has(file)) this.#checked.delete(inputs);
    this.#digests.delete(file);
  }

  /** What an earlier build made of a file, if it would come out the same now. */
  *find(id: string, code: string): Asking<TransformResult | undefined> {
    const entry = this.#entries.get(id);
    if (entry?.text !== digestOfText(code)) return undefined;
    for (const inputs of entry.inputs) if (!(yield* this.#hold(inputs))) return undefined;
    // What waits to be saved is of a text that was undone.
    this.#new.delete(id);
    this.#noteUse(id, entry);
    const { map } = entry.result;
    return { ...entry.result, map: map && Object.assign(map, { sourcesContent: [code] }) };
  }

  /** Keeps what came out of a file. A file with an error has no entry: it is reported anew each time. */
  add(id: string, code: string, result: TransformResult, session: AskedSession): void {
    if (result.diagnostics.some(({ severity }) => severity === "error")) return;
    const files = [toPosix(withoutQuery(id)), ...result.dependencies];
    this.#new.set(id, { text: digestOfText(code), result, session, files, used: Date.now() });
    saveSoon(this);
  }

  /** Writes down what the next process may use. */
  save(): void {
    if (this.#new.size === 0 && this.#used.size === 0) return;
    const digested = new DigestedInputs();
    for (const [id, { session, files, ...entry }] of this.#new)
      this.#entries.set(id, { ...entry, inputs: digested.of(session, files) });
    const ids = [...this.#new.keys(), ...this.#used.keys()];
    updateBuildCache(this.#path, new Map(ids.map((id) => [id, this.#kept(this.#entries.get(id) as BuildEntry)])));
    this.#new.clear();
    this.#used.clear();
  }

  #kept(entry: BuildEntry): BuildEntry {
    if (this.#keepsTrees) return entry;
    return { ...entry, result: { ...entry.result, functions: entry.result.functions.map(withoutTree) } };
  }

  #noteUse(id: string, entry: BuildEntry): void {
    if (Date.now() - entry.used < DAY) return;
    entry.used = Date.now();
    this.#used.set(id, entry);
    saveSoon(this);
  }

  *#hold(inputs: Inputs): Asking<boolean> {
    const known = this.#checked.get(inputs);
    if (known !== undefined) return known;
    const holds = yield* this.#compare(inputs);
    this.#checked.set(inputs, holds);
    return holds;
  }

  *#compare({ file: importer, reads, resolved, replaced }: Inputs): Asking<boolean> {
    for (const [name, label] of replaced) if (labelIn(this.#define, name) !== label) return false;
    for (const [file, digest] of reads) {
      if (!this.#digests.has(file)) this.#digests.set(file, digestOfAnswer(yield { type: "read", file }));
      if (this.#digests.get(file) !== digest) return false;
    }
    for (const [specifier, found] of resolved) {
      const answer = yield { type: "resolve", specifier, importer };
      if (answer !== found) return false;
    }
    return true;
  }
}

/** The inputs of one session's files, each digested once. */
class DigestedInputs {
  readonly #known = new Map<AskedSession, Map<string, Inputs>>();
  readonly #digests = new Map<Answer, string | undefined>();

  of(session: AskedSession, files: readonly string[]): Inputs[] {
    const known = this.#known.get(session) ?? new Map<string, Inputs>();
    this.#known.set(session, known);
    return files.map((file) => {
      const inputs = known.get(file) ?? this.#digest(session, file);
      known.set(file, inputs);
      return inputs;
    });
  }

  /** All that was asked so far for the file's code: more than one entry needs is no harm, since it comes from one session. */
  #digest({ asked }: AskedSession, file: string): Inputs {
    const { reads = new Map<string, Answer>(), resolved = new Map(), replaced = new Map() } = asked.get(file) ?? {};
    const digests = [...reads].map(([read, answer]) => [read, this.#digestOf(answer)] as const);
    return { file, reads: new Map(digests), resolved: new Map(resolved), replaced: new Map(replaced) };
  }

  #digestOf(answer: Answer): string | undefined {
    if (!this.#digests.has(answer)) this.#digests.set(answer, digestOfAnswer(answer));
    return this.#digests.get(answer);
  }
}

/** As UTF-16: as UTF-8 different texts with halves of characters would be one. */
function digestOfText(text: string): string {
  return hash("sha256", Buffer.from(text, "utf16le"), "base64");
}

function digestOfAnswer(answer: Answer): string | undefined {
  if (answer === undefined) return undefined;
  return typeof answer === "string" ? digestOfText(answer) : hash("sha256", answer, "base64");
}
