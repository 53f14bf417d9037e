import type ts from "typescript";
import { allowComment, replace, type Span } from "./fixes.ts";
import type { Diagnostic, Finding, Fix, Severity } from "./types.ts";

/** What a diagnostic says. Both are one sentence; `fixes` are what an editor can do about it. */
interface Words {
  /** What is wrong. */
  message: string;
  /** What to write instead. */
  fix: string;
  fixes?: readonly (Fix | undefined)[];
}

const define =
  (severity: Severity) =>
  <A extends unknown[]>(code: string, describe: (at: Span, ...facts: A) => Words) =>
    Object.assign(
      (at: Span, ...facts: A): Finding => {
        const { fixes = [], ...words } = describe(at, ...facts);
        const { start, length } = at;
        return { code, severity, ...words, fixes: fixes.filter((fix) => fix !== undefined), start, length };
      },
      { code, severity },
    );
const error = define("error");
const warning = define("warning");

/** Stands for the name of the cached function in what is said of code that several may not reach. */
export const READER = "{reader}";

const RAISE = "add a `version` option and raise it by hand";

/**
 * Every diagnostic, once: code, severity, words and fixes. 1xxx: the marked code must change. 2xxx: right, but not
 * supported. 3xxx: warnings, which never fail a build. docs/diagnostics.md has one heading per code.
 */
export const DIAGNOSTICS = {
  unknownTag: error("CACHET1001", (at, tag: string, nearest: string) => ({
    message: `There is no tag \`${tag}\`.`,
    fix: `Write \`${nearest}\`.`,
    fixes: [replace(`Write ${nearest}`, at, nearest)],
  })),
  inlineTag: error("CACHET1001", (_at, tag: string) => ({
    message: `An inline tag, \`{${tag}}\`, marks nothing.`,
    fix: "Write it without the braces.",
  })),
  kindlessTag: error("CACHET1001", (at, tag: string, tags: string[]) => ({
    message: `There is no tag \`${tag}\`.`,
    fix: `Write ${tags.map((one) => `\`${one}\``).join(" or ")}.`,
    fixes: tags.map((one) => replace(`Write ${one}`, at, one)),
  })),
  notAFunction: error("CACHET1002", (_at, tag: string, what: string, fix: string) => standsOn(tag, what, fix)),
  generator: error("CACHET1003", (_at, tag: string, what: string, fix: string) => standsOn(tag, what, fix)),
  accessor: error("CACHET1004", (_at, tag: string, what: string, fix: string) => standsOn(tag, what, fix)),
  noBody: error("CACHET1005", (_at, tag: string, what: string, fix: string) => standsOn(tag, what, fix)),
  twoMarks: error("CACHET1006", (_at, other: string, remove: Fix) => ({
    message: `This function is already marked with \`${other}\`.`,
    fix: "Keep one mark per function.",
    fixes: [remove],
  })),
  malformedOptions: error("CACHET1007", (_at, message: string, example: string, fix?: Fix) => ({
    message,
    fix: `Write \`${example}\`.`,
    fixes: [fix],
  })),
  textBehindOptions: error("CACHET1007", (_at, message: string) => ({
    message,
    fix: "Put it on a line of its own.",
  })),
  unknownOption: error("CACHET1008", (at, tag: string, name: string, nearest: string | undefined, known: string[]) => ({
    message: `\`${tag}\` has no option \`${name}\`.`,
    fix: nearest
      ? `Did you mean \`${nearest}\`?`
      : known.length > 0
        ? `Known options: ${known.map((one) => `\`${one}\``).join(", ")}.`
        : "Remove it.",
    fixes: [nearest ? replace(`Write ${nearest}`, at, nearest) : undefined],
  })),
  invalidOption: error("CACHET1009", (at, name: string, reason: string, example: string, suggestion?: string) => ({
    message: `Invalid \`${name}\`: ${reason}.`,
    fix: suggestion === undefined ? `For example: \`${name}: ${example}\`.` : `Did you mean \`${suggestion}\`?`,
    fixes: [suggestion === undefined ? undefined : replace(`Write ${suggestion}`, at, suggestion)],
  })),
  optionTwice: error("CACHET1009", (_at, name: string, remove: Fix) => ({
    message: `\`${name}\` is given twice.`,
    fix: "Keep one of them.",
    fixes: [remove],
  })),
  wrongKind: error("CACHET1010", (_at, tag: string, name: string, owners: string, remove: Fix) => ({
    message: `\`${name}\` is not an option of \`${tag}\`: it belongs to ${owners}.`,
    fix: `Remove \`${name}\` or use ${owners}.`,
    fixes: [remove],
  })),
  persistByIdentity: error("CACHET1011", (_at, fixes: Fix[]) => ({
    message: "Entries that belong to an instance can't outlive the process, but `persist` asks for that.",
    fix: 'Add `this: "value"` (the instance is hashed) or `this: "ignore"`, or remove `persist`.',
    fixes,
  })),
  persistInScope: error("CACHET1011", (_at) => ({
    message: "Entries that belong to a scope go with it, but `persist` asks that they outlive the process.",
    fix: "Remove `scope` or `persist`; `context` keeps apart what belongs to a user, and can be persisted.",
  })),
  asyncValidate: error("CACHET1012", (_at, makeAsync: Fix | undefined) => ({
    message: "An async `validate` can't decide for a function that returns synchronously.",
    fix: "Make the function async, or validate without `await`.",
    fixes: [makeAsync],
  })),
  notADocComment: error("CACHET1013", (_at, tag: string, docComment: Fix) => ({
    message: `\`${tag}\` stands in an ordinary comment, where it does nothing.`,
    fix: `Write \`/** ${tag} */\`.`,
    fixes: [docComment],
  })),
  script: error("CACHET1014", (_at, append: Fix) => ({
    message: "This file is a script, and cached functions need a module.",
    fix: "Add `export {}` to it.",
    fixes: [append],
  })),
  syncPersistInBrowser: error("CACHET1015", (_at, makeAsync: Fix | undefined) => ({
    message: "A browser's durable store is asynchronous, and this function returns synchronously.",
    fix: "Make the function async, or remove `persist` for the browser.",
    fixes: [makeAsync],
  })),
  droppedMark: error("CACHET1016", (_at, message: string, fix: string) => ({ message, fix })),
  optionMissing: error("CACHET1017", (_at, name: string, needed: string, add: Fix) => ({
    message: `\`${name}\` means nothing without \`${needed}\`.`,
    fix: `Add \`${needed}\`, or remove \`${name}\`.`,
    fixes: [add],
  })),
  optionExcluded: error("CACHET1017", (_at, name: string, beside: string) => ({
    message: `\`${name}\` means nothing beside \`${beside}\`.`,
    fix: `Remove \`${name}\` or \`${beside}\`.`,
  })),
  needsAsync: error("CACHET1018", (_at, name: string, what: string, makeAsync: Fix | undefined) => ({
    message: `\`${name}\`: ${what}, and this function returns synchronously.`,
    fix: `Make the function async, or change \`${name}\`.`,
    fixes: [makeAsync],
  })),
  clearsUnknown: error("CACHET1019", (_at, name: string) => ({
    message: `There is no \`${name}\` here to be cleared.`,
    fix: "Import it, or check how it is spelled.",
  })),
  clearsUnmarked: error("CACHET1019", (_at, name: string) => ({
    message: `\`${name}\` is no cached function, so there is nothing to clear.`,
    fix: "Mark it with `@cacheData` or `@cacheResource`, or take it out of `functions`.",
  })),
  notForStreams: error("CACHET1020", (_at, name: string, why: string) => ({
    message: `\`${name}\`: ${why}, and this is an async generator.`,
    fix: `Remove \`${name}\`, or return an array.`,
  })),
  unclearTag: error("CACHET1021", (at, tag: string, where: string) => ({
    message: `\`${tag}\` ${where}: it may be a mark or speak of one.`,
    fix: "Start a line with it to mark the function; put it in backticks or a closed code fence to speak of it.",
    fixes: [
      replace("Start a line with it", { start: at.start, length: 0 }, "\n * "),
      replace("Put it in backticks", at, `\`${tag}\``),
    ],
  })),
  unsupportedPlace: error("CACHET2001", (_at, tag: string, what: string, fix: string) => standsOn(tag, what, fix)),
  unsupportedOption: error("CACHET2002", (_at, message: string, fix: string, edit?: Fix) => ({
    message,
    fix,
    fixes: [edit],
  })),
  hiddenCapture: error("CACHET2003", (_at, name: string, hidden: string) => ({
    message: `A function that ${name} uses captures '${hidden}', and a parameter of ${name} hides it.`,
    fix: "Give one of the two another name.",
  })),
  tooDeep: error("CACHET2004", () => ({
    message: "The code of this file, or of one that its cached functions reach, is nested too deeply to be followed.",
    fix: "Split the deepest expression or block, or run Node with a larger --stack-size.",
  })),
  reassigned: warning("CACHET3001", (_at, name: string, where: string, declared: ts.Node) => ({
    message: `"${name}" is read by a cached function but reassigned in ${where}: the cache can't see its value.`,
    fix: `Make "${name}" a const, pass it as an argument, or write // cachet-allow-mutable at its declaration.`,
    fixes: [allowComment("mutable", declared)],
  })),
  mutated: warning("CACHET3002", (_at, name: string, where: string, declared: ts.Node) => ({
    message: `"${name}" is read by a cached function but changed at run time in ${where}: the cache can't see its content.`,
    fix: `Pass "${name}" as an argument, or write // cachet-allow-mutable at its declaration.`,
    fixes: [allowComment("mutable", declared)],
  })),
  changedField: warning("CACHET3002", (_at, name: string, where: string, declared: ts.Node) => ({
    message: `"this.${name}" is read by a cached method but changed at run time in ${where}: entries belong to the instance, and no key has its content.`,
    fix: `Pass "${name}" as an argument, hash the instance with this: "value", or write // cachet-allow-mutable at its declaration.`,
    fixes: [allowComment("mutable", declared)],
  })),
  changedOutside: warning("CACHET3002", (_at, name: string, node: ts.Node) => ({
    message: `"${name}" is changed here and used by ${READER}, which doesn't reach this code: an edit of it doesn't invalidate the cache.`,
    fix: "Import this file beside the cached function, or write // cachet-allow-mutable on this line.",
    fixes: [allowComment("mutable", node)],
  })),
  ambient: warning("CACHET3003", (_at, what: string, says: string, way: string, node: ts.Node) => ({
    message: `${what} ${says}.`,
    fix: `${way}, or write // cachet-allow-impure on this line.`,
    fixes: [allowComment("impure", node)],
  })),
  ambientGlobal: warning("CACHET3003", (_at, name: string, node: ts.Node) => ({
    message: `"${name}" is a global that is set elsewhere: the cache can't see its value.`,
    fix: "Import it, pass it as an argument, or write // cachet-allow-impure on this line.",
    fixes: [allowComment("impure", node)],
  })),
  notFollowed: warning("CACHET3004", (_at, reason: string, node: ts.Node) => ({
    message: `${reason}: changes behind it don't invalidate the cache.`,
    fix: `Write the path as a literal, or ${RAISE}; // cachet-allow-unknown on this line says that it is meant.`,
    fixes: [allowComment("unknown", node)],
  })),
  functionDefault: warning("CACHET3005", (_at, name: string, leaveOut: Fix | undefined) => ({
    message: `The default of "${name}" is a function, which can't be part of a key: a call that leaves it out fails.`,
    fix: `Call it "_${name}" to leave it out of the key, or choose the default in the body.`,
    fixes: [leaveOut],
  })),
  unhashable: warning("CACHET3005", (_at, name: string, what: string, leaveOut: Fix | undefined) => ({
    message: `"${name}" is ${what}, which can't be part of a key: a call that passes one fails.`,
    fix: `Call it "_${name}" to leave it out of the key, or say with \`hashFuncs\` how it counts.`,
    fixes: [leaveOut],
  })),
  ownCapture: warning("CACHET3006", (_at, name: string, leaveOut: Fix | undefined) => ({
    message: `"${name}" is part of the key, and the cached function itself writes it: the next call has another key and runs again.`,
    fix: `Call it "_${name}" to leave it out of the key, or write it outside.`,
    fixes: [leaveOut],
  })),
  memberLeftOut: warning("CACHET3007", (_at, path: string, node: ts.Node) => ({
    message: `"${path}" is left out of the key, as all names are that start with "_": calls that differ in it share a result.`,
    fix: `Read it under another name (\`const { _id: id } = row\`) to have it in the key, or write // cachet-allow-unkeyed on this line.`,
    fixes: [allowComment("unkeyed", node)],
  })),
  sharedByClasses: warning("CACHET3008", (_at, method: string, node: ts.Node) => ({
    message: `"${method}" has entries that all instances share (this: "ignore"), but calls this where it runs on such a one: it may be given what another class has computed.`,
    fix: 'Use this: "value" or this: "identity", mark the method in the subclass as well, or write // cachet-allow-unkeyed on this line.',
    fixes: [allowComment("unkeyed", node)],
  })),
  rewritten: warning("CACHET3004", (_at, file: string, plugin: string) => ({
    message: `The plugin "${plugin}" gives ${file} another text than the file has: changes of it don't invalidate the cache.`,
    fix: `Raise \`version\` by hand when it changes, or write // cachet-allow-unknown on the first line of ${file}.`,
  })),
} as const;

const standsOn = (tag: string, what: string, fix: string): Words => ({
  message: `\`${tag}\` can't stand on ${what}.`,
  fix,
});

export type DiagnosticName = keyof typeof DIAGNOSTICS;

/** The number under which the TypeScript compiler reports a code: it only knows numbers. */
export function numericCode(code: string): number {
  return 900_000 + Number(/\d+$/.exec(code)?.[0] ?? 0);
}

/** Collects the diagnostics of one file. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];
  readonly #sourceFile: ts.SourceFile;
  readonly #fileName: string;
  readonly #component: Origin | undefined;
  readonly #known = new Set<string>();

  /** `component`: what the file's tree stands for, where people know another text. */
  constructor(sourceFile: ts.SourceFile, fileName: string, component?: Origin) {
    this.#sourceFile = sourceFile;
    this.#fileName = fileName;
    this.#component = component;
  }

  /** Adds a finding, once. */
  readonly add = (found: Finding): void => {
    const isOwn = ({ file }: Fix): boolean => file === undefined || file === this.#sourceFile.fileName;
    const fixes = found.fixes.map((fix) => (isOwn(fix) ? { title: fix.title, edits: fix.edits } : fix));
    const finding = this.#component ? inComponent({ ...found, fixes }, this.#component) : { ...found, fixes };
    const { code, start, message } = finding;
    const identity = `${code} ${start} ${message}`;
    if (this.#known.has(identity)) return;
    this.#known.add(identity);
    const at = this.#component ? placeIn(this.#component.text, start) : lineAndColumn(this.#sourceFile, start);
    this.list.push({ ...finding, file: this.#fileName, ...at });
  };

  get hasError(): boolean {
    return this.list.some(({ severity }) => severity === "error");
  }
}

/** Leads to the text that a person wrote. */
interface Origin {
  text: string;
  originalOf(offset: number): number;
}

function inComponent(finding: Finding, { originalOf }: Origin): Finding {
  const fixes = finding.fixes.map((fix) => {
    if (fix.file !== undefined) return fix;
    const edits = fix.edits.map((edit) => ({ ...edit, start: originalOf(edit.start), end: originalOf(edit.end) }));
    return { ...fix, edits };
  });
  return { ...finding, start: originalOf(finding.start), fixes };
}

function lineAndColumn(sourceFile: ts.SourceFile, offset: number) {
  const { line, character } = sourceFile.getLineAndCharacterOfPosition(offset);
  return { line: line + 1, column: character + 1 };
}

/** 1-based. */
export function placeIn(text: string, offset: number) {
  const lines = text.slice(0, offset).split(/\r?\n/);
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

/** One line for a terminal or an overlay: `src/a.ts:3:5 CACHET1008: … Fix: …`. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  return `${diagnostic.file}:${diagnostic.line}:${diagnostic.column} ${describeDiagnostic(diagnostic)}`;
}

/** The same without the place, for tools that print the place themselves. */
export function describeDiagnostic({ code, message, fix }: Pick<Diagnostic, "code" | "message" | "fix">): string {
  return `${code}: ${message} ${fix}`;
}
