import type { Diagnostics } from "../diagnostics.ts";
import { tagSpan } from "../fixes.ts";
import type { Asking } from "../host-requests.ts";
import { toPosix } from "../syntax/paths.ts";
import type { CachedFunction, CodeHash, HashedFunction, HashWarning, KeyPart, Source, ValueClass } from "../types.ts";
import { checkClearedFunctions } from "./cleared-functions.ts";
import { locateFile, type Session } from "./graph/build-session.ts";
import { isMember } from "./graph/changeable.ts";
import { closureOfFunction, link, openFile } from "./graph/hash-function.ts";
import { instanceStateOf } from "./instance-state.ts";
import { checkSharedEntries } from "./shared-entries.ts";
import { mayGiveMessage } from "./value-classes/may-give-message.ts";
import { findValueClasses } from "./value-classes/value-classes.ts";

/**
 * The code hash of each function, and the environment variables that it or anything it reaches reads: they join its key.
 * Warns of what no hash can see. `prefix` is the name of the imported runtime in emitted code.
 */
export function* hashFunctions(
  source: Source,
  functions: readonly CachedFunction[],
  session: Session,
  diagnostics: Diagnostics,
  prefix: string,
): Asking<HashedFunction[]> {
  if (functions.length === 0) return [];
  const fileLinks = yield* openFile(session, source.sourceFile);
  const elsewhere = new Map<string, Elsewhere>();
  const hashed: HashedFunction[] = [];
  const names = { prefix, aliases: new Map<string, string>() };
  for (const fn of functions) {
    const { codeHash, version, options } = fn;
    const found = yield* link(fileLinks, fn.node, {
      codeHash,
      version,
      expressions: options.expressions,
      asked: options.expressions.filter((_, i) => isAsked(options.dynamic[i]?.name)),
    });
    const reached = closureOfFunction(fileLinks, fn.node);
    const classes = yield* findValueClasses({ ...fileLinks, names }, fn, reached?.classes ?? []);
    const givesMessages = mayGiveMessage(session.context.api, fn, reached?.fetches ?? true);
    const code =
      session.describesCode && found.tree.length > 0 ? yield* describeCode(session, source, found) : undefined;
    const shared = fn.receiver === "ignore" && checkSharedEntries(fileLinks, fn, found.dependencies, diagnostics);
    for (const warning of shared ? shared.elsewhere : []) addReader(elsewhere, warning, fn);
    const ofFields =
      fn.receiver === "identity" && codeHash !== "own" ? yield* instanceStateOf(fileLinks, fn) : undefined;
    const all = shared ? { ...found, changeable: [...found.changeable, ...shared.names] } : found;
    const values = { classes, givesMessages, ...(code && { code }) };
    hashed.push(withHash(fn, all, values, ofFields?.files ?? [], prefix));
    yield* checkClearedFunctions(fileLinks, fn, diagnostics);
    for (const warning of [...found.warnings, ...(ofFields?.warnings ?? [])]) {
      if (warning.file === toPosix(source.sourceFile.fileName)) diagnostics.add(warning);
      else addReader(elsewhere, warning, fn);
    }
  }
  for (const found of elsewhere.values()) reportElsewhere(diagnostics, found);
  return hashed;
}

/** `RATE (src/rates.ts)` → a digest of its own code: paths are those of the function's package. */
function* describeCode(session: Session, { fileName }: Source, { tree }: CodeHash): Asking<Record<string, string>> {
  const { root } = yield* locateFile(session, fileName, session.root);
  const found = new Map<string, string>();
  for (const { kind, name, file, own, hash } of tree) {
    const place = file?.startsWith(`${root}/`) ? file.slice(root.length + 1) : (file ?? kind);
    const key = `${name} (${place})`;
    found.set(key, `${found.get(key) ?? ""}${(own ?? hash).slice(0, 8)}`);
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const isAsked = (option: string | undefined): boolean => option === "key" || option === "context";

function withHash(
  fn: CachedFunction,
  found: CodeHash,
  values: Pick<HashedFunction, "classes" | "givesMessages" | "code">,
  lookedAt: readonly string[],
  prefix: string,
): HashedFunction {
  const hasKey = fn.kind === "data" || fn.kind === "resource";
  const alone = hasKey && standsAlone(fn, found);
  return {
    ...fn,
    hash: found.hash,
    usesTags: found.usesTags,
    standsAlone: alone,
    // Nobody asks what runs.
    awaits: alone ? [] : fn.awaits,
    // Another instance has entries of its own, and another class is another instance.
    changeable: fn.receiver === "identity" ? found.changeable.filter((name) => !isMember(name)) : found.changeable,
    dependencies: withFiles(fn, found.dependencies, values.classes, lookedAt),
    ...values,
    speaksOf: found.speaksOf,
    parts: hasKey ? [...fn.parts, ...environmentParts(found.envReads, prefix)] : fn.parts,
    get tree() {
      return found.tree;
    },
  };
}

/**
 * Whether all that happens in a run is the project's own code without another mark. What a call is handed can call anything, so
 * it has to be primitives, all of them in the key.
 */
function standsAlone({ node, parts, receiver, isGenerator }: CachedFunction, { isOwn, speaksOf }: CodeHash): boolean {
  return (
    isOwn &&
    receiver === undefined &&
    !isGenerator &&
    !speaksOf.includes("streams") &&
    parts.every(({ isPrimitive }) => isPrimitive) &&
    node.parameters.every(({ name }) => parts.some(({ text }) => text === name.getText()))
  );
}

/** With files that only the classes lead to, those that types name, and such as were looked at for a warning. */
function withFiles(
  { node }: CachedFunction,
  dependencies: string[],
  classes: readonly ValueClass[],
  lookedAt: readonly string[],
): string[] {
  const own = toPosix(node.getSourceFile().fileName);
  const files = new Set(dependencies);
  for (const file of [...classes.flatMap((each) => each.files ?? []), ...lookedAt]) if (file !== own) files.add(file);
  return files.size === dependencies.length ? dependencies : [...files].sort();
}

/** Bundlers replace `process.env.X` by text: the read must stand there as people write it, and survive in a browser. */
function environmentParts(names: readonly string[], prefix: string): KeyPart[] {
  return names.map((name) => ({ label: name, text: `${prefix}.capture(() => ${name})`, isPrimitive: true }));
}

/** A warning about another file, and the functions that reach what it is about. */
interface Elsewhere {
  warning: HashWarning;
  readers: [CachedFunction, ...CachedFunction[]];
}

function addReader(elsewhere: Map<string, Elsewhere>, warning: HashWarning, fn: CachedFunction): void {
  const place = `${warning.code} ${warning.file} ${warning.start}`;
  const known = elsewhere.get(place);
  if (known) known.readers.push(fn);
  else elsewhere.set(place, { warning, readers: [fn] });
}

/** Shown once, at the first mark that it concerns, since this file is what the tool is looking at. */
function reportElsewhere(diagnostics: Diagnostics, { warning, readers }: Elsewhere): void {
  const { file, line, ...finding } = warning;
  const [{ name, mark }, ...more] = readers;
  const by = more.length === 0 ? `"${name}"` : `"${name}" and ${more.length} more`;
  diagnostics.add({ ...finding, ...tagSpan(mark), message: `${finding.message} (${file}:${line}, reached by ${by})` });
}
