import { dirname } from "node:path";
import type ts from "typescript";
import { placeIn } from "../transformer/diagnostics.ts";
import { Engine, type EngineResult } from "../transformer/engine/engine.ts";
import type { SyncToolHost } from "../transformer/engine/host.ts";
import type { FunctionReport } from "../transformer/index.ts";
import { parse } from "../transformer/syntax/parse.ts";
import { createScopes } from "../transformer/syntax/scopes.ts";
import type { CachedFunction, Diagnostic, Fix, TypeScript } from "../transformer/types.ts";
import { cursorAt, TAGS } from "./cursor.ts";
import { describeFunction, describeOption } from "./hover.ts";
import { keptOnDisk } from "./kept-on-disk.ts";
import { optionsOf } from "./options.ts";
import { type MarkName, type ParsedFile, parseFile } from "./parsed-file.ts";
import { createProjectHost, filesOfProject } from "./project-host.ts";
import { registeredStores } from "./registered-stores.ts";
import { renamedIn } from "./rename.ts";
import { type Token, tokensIn } from "./tokens.ts";
import { withoutMarks } from "./without-marks.ts";

/** A range of a file, in UTF-16 units of its text. */
export interface Span {
  file: string;
  start: number;
  length: number;
}

export interface Completion {
  label: string;
  kind: "tag" | "option" | "value" | "function";
  detail?: string;
  /** What it replaces: from here to the cursor. */
  start: number;
  text: string;
}

export interface Hover {
  span: Span;
  /** Markdown. */
  text: string;
}

/** A diagnostic and its fixes, each of a named file. */
export interface FixableDiagnostic {
  diagnostic: Diagnostic;
  fixes: Required<Fix>[];
}

/**
 * What an editor may ask about marks: pure answers in offsets, for any shell. It needs no types, so it serves projects of
 * every TypeScript.
 */
export class MarkService {
  readonly #api: TypeScript;
  readonly #host: SyncToolHost;
  readonly #engine: Engine;
  readonly #parsed = new Map<string, ParsedFile | undefined>();
  /** Of each file, as it was linked the last time without an error. */
  readonly #functions = new Map<string, readonly FunctionReport[]>();

  /** `open` gives the text of a file that the editor has open. */
  constructor(api: TypeScript, open: (file: string) => string | undefined = () => undefined) {
    this.#api = api;
    this.#host = createProjectHost(api, open);
    this.#engine = new Engine({}, { tool: "editor", freshness: "stamps", keepsTrees: true });
  }

  /** A file changed in the editor, which no stamp of the disk tells; without a name, any of them. */
  changed(file?: string): void {
    if (file === undefined) this.#engine.forget();
    else this.#engine.forgetContent(file);
  }

  /** What is wrong with the marks themselves: fast enough for each keystroke. */
  checkMarks(file: string, text: string): Diagnostic[] {
    return this.#parse(file, text)?.diagnostics ?? [];
  }

  /** The same, and warnings of what the functions reach. */
  check(file: string, text: string): Diagnostic[] {
    return this.#link(file, text)?.diagnostics ?? [];
  }

  /** What of `found` is between two offsets of a file, with what can be done about it. */
  fixable(file: string, found: readonly Diagnostic[], start: number, end: number): FixableDiagnostic[] {
    return found
      .filter((one) => one.start <= end && start <= one.start + one.length && one.fixes.length > 0)
      .map((diagnostic) => ({
        diagnostic,
        fixes: diagnostic.fixes.map((fix) => ({ ...fix, file: fix.file ?? file })),
      }));
  }

  /** The cached functions, with what their hashes cover, but for those whose mark is wrong. */
  functions(file: string, text: string): readonly FunctionReport[] {
    const result = this.#link(file, text);
    if (!result || !hasError(result)) return result?.functions ?? [];
    const parsed = this.#parse(file, text);
    const rest = parsed ? withoutMarks(parsed, result.diagnostics.filter(isError)) : text;
    return rest === text ? [] : this.#engine.transform(rest, file, this.#host).functions;
  }

  /** The same as they were when the file was last linked and right, where they stand now. */
  functionsBefore(file: string, text: string): readonly FunctionReport[] {
    const parsed = this.#parse(file, text);
    const before = this.#functions.get(file) ?? [];
    return before.flatMap((report) => {
      // Its name within the file; that of the file differs.
      const fn = parsed?.functions.find(({ id }) => report.id.endsWith(id.slice(file.length)));
      return parsed && fn ? [{ ...report, ...placeIn(text, parsed.toText(fn.mark.start)) }] : [];
    });
  }

  complete(file: string, text: string, offset: number): Completion[] {
    const cursor = cursorAt(text, offset);
    switch (cursor?.in) {
      case "tag":
        return TAGS.map((tag) => ({ label: tag, kind: "tag", start: cursor.start, text: tag }));
      case "option":
        return optionsOf(cursor.kind)
          .filter(({ name }) => !cursor.given.includes(name))
          .map(({ name, expects }) => ({
            label: name,
            kind: "option",
            detail: expects,
            start: cursor.start,
            text: `${name}: `,
          }));
      case "value": {
        const option = optionsOf(cursor.kind).find(({ name }) => name === cursor.option);
        const { start } = cursor;
        const stores = option?.name === "persist" ? this.#storeNames(file) : [];
        const values = [...(option?.values ?? []), ...stores.map((name) => JSON.stringify(name))];
        const functions = option?.takesFunction ? this.#functionNames(file, text) : [];
        return [
          ...values.map((value): Completion => ({ label: value, kind: "value", start, text: value })),
          ...functions.map((name): Completion => ({ label: name, kind: "function", start, text: name })),
        ];
      }
      default:
        return [];
    }
  }

  hover(file: string, text: string, offset: number): Hover | undefined {
    const parsed = this.#parse(file, text);
    const at = parsed?.toSource(offset);
    const fn = parsed?.functions.find(
      ({ mark }) => mark.comment.pos <= (at as number) && (at as number) < mark.comment.end,
    );
    if (!parsed || at === undefined || !fn) return undefined;
    const word = wordAt(parsed.sourceFile.text, at);
    const option = optionsOf(fn.kind).find(({ name }) => name === word?.text);
    if (word && option && word.start !== fn.mark.start)
      return { span: this.#span(parsed, word.start, word.text.length), text: describeOption(option) };
    const report = this.functions(file, text).find((one) => one.name === fn.name && one.line === lineOf(parsed, fn));
    if (!report) return undefined;
    const warnings = this.check(file, text).filter(({ severity }) => severity === "warning");
    const shown = describeFunction(report, warnings, keptOnDisk(file, report));
    return { span: this.#span(parsed, fn.mark.start, fn.mark.tag.length), text: shown };
  }

  /** Where the name at an offset of a mark is declared. */
  definition(file: string, text: string, offset: number): Span | undefined {
    const parsed = this.#parse(file, text);
    const found = parsed && nameAt(parsed, parsed.toSource(offset));
    if (!parsed || !found) return undefined;
    const { binding } = found;
    if (binding.import) {
      const target = this.#exported(binding.import.specifier, binding.import.imported, file);
      if (target) return target;
    }
    return this.#span(parsed, binding.nameNode.getStart(parsed.sourceFile), binding.nameNode.text.length);
  }

  /** Every place of this file where what is named at an offset is named, inside and outside of marks, its declaration first. */
  references(file: string, text: string, offset: number): Span[] {
    const parsed = this.#parse(file, text);
    const binding = parsed && bindingAt(parsed, parsed.toSource(offset));
    if (!parsed || !binding) return [];
    const { sourceFile, scopes, names } = parsed;
    const uses = [binding.nameNode, ...scopes.usesOf(binding)].map((node) => node.getStart(sourceFile));
    const inMarks = names.filter((one) => one.binding === binding).map(({ start }) => start);
    const starts = [...new Set([...uses, ...inMarks])];
    return starts.map((start) => this.#span(parsed, start, binding.nameNode.text.length));
  }

  /** What to write in place of each of `references` to give it another name. */
  rename(file: string, text: string, offset: number, name: string): { span: Span; text: string }[] {
    const parsed = this.#parse(file, text);
    return this.references(file, text, offset).map((span) => ({
      span,
      text: parsed ? renamedIn(this.#api, parsed.sourceFile, parsed.toSource(span.start), name) : name,
    }));
  }

  /** What stands in the marks of a file, to be coloured. */
  tokens(file: string, text: string): Token[] {
    const parsed = this.#parse(file, text);
    return parsed ? tokensIn(this.#api, parsed).map((one) => ({ ...one, start: parsed.toText(one.start) })) : [];
  }

  /** Where the names that marks use are declared: whoever reports them as unused is wrong. */
  mentioned(file: string, text: string): Span[] {
    return this.namesInMarks(file, text).map(({ declaration }) => declaration);
  }

  /** Every name inside a mark of a file, and its declaration in the same file. */
  namesInMarks(file: string, text: string): { span: Span; declaration: Span }[] {
    const parsed = this.#parse(file, text);
    if (!parsed) return [];
    return parsed.names.map(({ name, start, binding: { nameNode } }) => ({
      span: this.#span(parsed, start, name.length),
      declaration: this.#span(parsed, nameNode.getStart(parsed.sourceFile), nameNode.text.length),
    }));
  }

  /** The one at an offset. */
  nameInMark(file: string, text: string, offset: number): { span: Span; declaration: Span } | undefined {
    return this.namesInMarks(file, text).find(
      ({ span: { start, length } }) => start <= offset && offset <= start + length,
    );
  }

  /** The directory of a file's project: that of the nearest tsconfig.json, else its own. */
  projectOf(file: string): string {
    const directory = dirname(file);
    const config = this.#api.findConfigFile(directory, this.#api.sys.fileExists);
    return config === undefined ? directory : dirname(config);
  }

  /** A file's text, as the editor or the disk has it. */
  textOf(file: string): string {
    const content = this.#host.read?.(file);
    return typeof content === "string" ? content : new TextDecoder().decode(content);
  }

  #link(file: string, text: string): EngineResult | undefined {
    if (!this.#parse(file, text)) return undefined;
    const result = this.#engine.transform(text, file, this.#host);
    if (!hasError(result)) this.#functions.set(file, result.functions);
    return result;
  }

  #parse(file: string, text: string): ParsedFile | undefined {
    const known = this.#parsed.get(file);
    if (known?.text === text) return known;
    const parsed = parseFile(this.#api, file, text);
    this.#parsed.set(file, parsed);
    return parsed;
  }

  /** Those that the project registers, as far as the text says so. */
  #storeNames(file: string): string[] {
    const names = filesOfProject(this.#api, file).flatMap((one) => registeredStores(this.#api, one, this.textOf(one)));
    return [...new Set(names)];
  }

  #functionNames(file: string, text: string): string[] {
    // The mark may be half written: what is declared in the file doesn't depend on it.
    const scopes = createScopes(this.#api, parse(this.#api, file, text));
    const isFunction = ({ kind, declaration }: { kind: string; declaration: ts.Node }) =>
      kind === "function" ||
      kind === "import" ||
      (this.#api.isVariableDeclaration(declaration) &&
        !!declaration.initializer &&
        this.#api.isFunctionLike(declaration.initializer));
    return [...scopes.topLevel()].filter(isFunction).map(({ name }) => name);
  }

  #exported(specifier: string, name: string, importer: string): Span | undefined {
    const file = this.#host.resolve(specifier, importer);
    if (file === undefined) return undefined;
    const sourceFile = parse(this.#api, file, this.textOf(file));
    const binding = [...createScopes(this.#api, sourceFile).topLevel()].find((one) => one.name === name);
    const node = binding?.nameNode;
    return node ? { file, start: node.getStart(sourceFile), length: node.text.length } : { file, start: 0, length: 0 };
  }

  #span({ fileName, toText }: ParsedFile, start: number, length: number): Span {
    return { file: fileName, start: toText(start), length };
  }
}

const isError = ({ severity }: Diagnostic): boolean => severity === "error";
const hasError = ({ diagnostics }: EngineResult): boolean => diagnostics.some(isError);

function nameAt({ names }: ParsedFile, offset: number): MarkName | undefined {
  return names.find(({ start, name }) => start <= offset && offset <= start + name.length);
}

function bindingAt(parsed: ParsedFile, offset: number) {
  const named = nameAt(parsed, offset);
  if (named) return named.binding;
  // Outside of marks only what a mark names is ours.
  return parsed.names.find(({ binding, name }) =>
    [binding.nameNode, ...parsed.scopes.usesOf(binding)].some((node) => {
      const start = node.getStart(parsed.sourceFile);
      return start <= offset && offset <= start + name.length;
    }),
  )?.binding;
}

function lineOf({ sourceFile }: ParsedFile, { mark }: CachedFunction): number {
  return sourceFile.getLineAndCharacterOfPosition(mark.start).line + 1;
}

function wordAt(text: string, offset: number): { text: string; start: number } | undefined {
  const start = offset - (/\w*$/.exec(text.slice(0, offset))?.[0].length ?? 0);
  const word = /^\w+/.exec(text.slice(start))?.[0];
  return word === undefined ? undefined : { text: word, start };
}
