import type ts from "typescript";
import { DIAGNOSTICS, describeDiagnostic, numericCode } from "../transformer/diagnostics.ts";
import { MarkService } from "./service.ts";
import type { Token } from "./tokens.ts";
import { isUnusedMessage } from "./unused.ts";

/**
 * The plugin for tsserver: `{ "name": "cachet/language-service" }` among the `plugins` of a tsconfig.json. What TypeScript
 * says stays as it is, but for names that it calls unused and a mark uses.
 */
function init({ typescript }: { typescript: typeof ts }): ts.server.PluginModule {
  return { create: (info) => extend(typescript, info) };
}

// tsserver loads plugins by `require` and wants the function itself.
export { init as "module.exports" };

function extend(
  api: typeof ts,
  { languageService, languageServiceHost: host }: ts.server.PluginCreateInfo,
): ts.LanguageService {
  const textOf = (file: string): string | undefined => {
    const snapshot = host.getScriptSnapshot(file);
    return snapshot?.getText(0, snapshot.getLength());
  };
  const marks = new Marks(api, textOf, () => host.getProjectVersion?.());
  const sourceFileOf = (file: string) => languageService.getProgram()?.getSourceFile(file);
  const own: Partial<ts.LanguageService> = {
    getSemanticDiagnostics(file) {
      const found = marks.withoutFalseUnused(file, languageService.getSemanticDiagnostics(file));
      const sourceFile = sourceFileOf(file);
      return sourceFile ? [...found, ...marks.diagnostics(sourceFile)] : found;
    },
    getSuggestionDiagnostics: (file) => marks.withoutFalseUnused(file, languageService.getSuggestionDiagnostics(file)),
    getCodeFixesAtPosition: (file, start, end, codes, ...rest) => [
      ...languageService.getCodeFixesAtPosition(file, start, end, codes, ...rest),
      ...marks.codeFixes(file, start, end, codes),
    ],
    // Editors ask for fixes of these codes only.
    getSupportedCodeFixes: (...rest) => [
      ...languageService.getSupportedCodeFixes(...rest),
      ...new Set(Object.values(DIAGNOSTICS).map(({ code }) => String(numericCode(code)))),
    ],
    getCompletionsAtPosition: (file, position, ...rest) =>
      marks.completions(file, position) ?? languageService.getCompletionsAtPosition(file, position, ...rest),
    getQuickInfoAtPosition: (file, position, ...rest) =>
      marks.quickInfo(file, position) ?? languageService.getQuickInfoAtPosition(file, position, ...rest),
    getEncodedSemanticClassifications: (file, span, format) =>
      marks.classified(file, span, languageService.getEncodedSemanticClassifications(file, span, format), format),
    getDefinitionAndBoundSpan: (file, position) =>
      marks.definition(file, position) ?? languageService.getDefinitionAndBoundSpan(file, position),
    getDefinitionAtPosition: (file, position) =>
      marks.definition(file, position)?.definitions ?? languageService.getDefinitionAtPosition(file, position),
    getRenameInfo(file, position, ...rest) {
      const at = marks.declarationOf(file, position);
      const info = languageService.getRenameInfo(file, at ?? position, ...(rest as [ts.UserPreferences]));
      const span = at === undefined ? undefined : marks.nameSpan(file, position);
      return info.canRename && span ? { ...info, triggerSpan: span } : info;
    },
    findRenameLocations(file, position, ...rest) {
      const at = marks.declarationOf(file, position) ?? position;
      const find = languageService.findRenameLocations as (
        ...args: unknown[]
      ) => readonly ts.RenameLocation[] | undefined;
      const found = find.call(languageService, file, at, ...rest);
      return found && [...found, ...marks.besides(found)];
    },
    findReferences(file, position) {
      const found = languageService.findReferences(file, marks.declarationOf(file, position) ?? position);
      return found?.map((symbol) => {
        const added = marks.besides(symbol.references).map((one) => ({ ...one, isWriteAccess: false }));
        return { ...symbol, references: [...symbol.references, ...added] };
      });
    },
    getReferencesAtPosition(file, position) {
      const found = languageService.getReferencesAtPosition(file, marks.declarationOf(file, position) ?? position);
      return found && [...found, ...marks.besides(found).map((one) => ({ ...one, isWriteAccess: false }))];
    },
  };
  return { ...languageService, ...own };
}

/** Token types of the format "2020", raised by one and shifted by the bits of their modifiers. It has none for tags and literals. */
const CLASSES: Partial<Record<Token["type"], number>> = {
  variable: (7 + 1) << 8,
  property: (9 + 1) << 8,
  function: (10 + 1) << 8,
};

interface Place {
  fileName: string;
  textSpan: ts.TextSpan;
}

/** What the service says, as TypeScript's own types. */
class Marks {
  readonly #api: typeof ts;
  readonly #textOf: (file: string) => string | undefined;
  readonly #version: () => string | undefined;
  readonly #service: MarkService;
  #seen: string | undefined;

  constructor(api: typeof ts, textOf: (file: string) => string | undefined, version: () => string | undefined) {
    this.#api = api;
    this.#textOf = textOf;
    this.#version = version;
    this.#service = new MarkService(api, textOf);
  }

  diagnostics(file: ts.SourceFile): ts.Diagnostic[] {
    const { Error: error, Warning: warning } = this.#api.DiagnosticCategory;
    return this.#fresh()
      .check(file.fileName, file.text)
      .map((one) => ({
        category: one.severity === "error" ? error : warning,
        source: "cachet",
        file,
        start: one.start,
        length: one.length,
        code: numericCode(one.code),
        messageText: describeDiagnostic(one),
      }));
  }

  codeFixes(file: string, start: number, end: number, codes: readonly number[]): ts.CodeFixAction[] {
    const wanted = new Set(codes);
    const service = this.#fresh();
    return service
      .fixable(file, service.check(file, this.#textOf(file) ?? ""), start, end)
      .filter(({ diagnostic }) => wanted.has(numericCode(diagnostic.code)))
      .flatMap(({ diagnostic, fixes }) =>
        fixes.map(({ title, file: fileName, edits }) => ({
          fixName: diagnostic.code,
          description: title,
          changes: [
            {
              fileName,
              textChanges: edits.map((edit) => ({
                span: { start: edit.start, length: edit.end - edit.start },
                newText: edit.text,
              })),
            },
          ],
        })),
      );
  }

  withoutFalseUnused<T extends ts.Diagnostic>(file: string, found: T[]): T[] {
    const text = found.some(isUnusedMessage) ? this.#textOf(file) : undefined;
    if (text === undefined) return found;
    const names = this.#service.mentioned(file, text);
    const isFalse = ({ start = -1, length = 0 }: T) =>
      names.some((name) => start <= name.start && name.start + name.length <= start + length);
    return found.filter((one) => !isUnusedMessage(one) || !isFalse(one));
  }

  completions(file: string, position: number): ts.CompletionInfo | undefined {
    const found = this.#service.complete(file, this.#textOf(file) ?? "", position);
    if (found.length === 0) return undefined;
    const { keyword, memberVariableElement, string, functionElement } = this.#api.ScriptElementKind;
    const kinds = { tag: keyword, option: memberVariableElement, value: string, function: functionElement };
    return {
      isGlobalCompletion: false,
      isMemberCompletion: false,
      isNewIdentifierLocation: false,
      entries: found.map(({ label, kind, start, text, detail }) => ({
        name: label,
        kind: kinds[kind],
        sortText: "0",
        insertText: text,
        replacementSpan: { start, length: position - start },
        ...(detail !== undefined && { labelDetails: { description: detail } }),
      })),
    };
  }

  /** What stands in marks, among what TypeScript has coloured. Its older format tells of no options or values. */
  classified(file: string, { start, length }: ts.TextSpan, found: ts.Classifications, format?: string) {
    if (format !== this.#api.SemanticClassificationFormat.TwentyTwenty) return found;
    const own = this.#service
      .tokens(file, this.#textOf(file) ?? "")
      .filter((one) => one.start >= start && one.start + one.length <= start + length && one.type in CLASSES)
      .map((one) => [one.start, one.length, CLASSES[one.type] as number]);
    const theirs = Array.from({ length: found.spans.length / 3 }, (_, at) => found.spans.slice(3 * at, 3 * at + 3));
    const spans = [...theirs, ...own].sort(([one = 0], [other = 0]) => one - other).flat();
    return { ...found, spans };
  }

  quickInfo(file: string, position: number): ts.QuickInfo | undefined {
    const hover = this.#fresh().hover(file, this.#textOf(file) ?? "", position);
    if (!hover) return undefined;
    const { start, length } = hover.span;
    return {
      kind: this.#api.ScriptElementKind.unknown,
      kindModifiers: "",
      textSpan: { start, length },
      documentation: [{ kind: "text", text: hover.text }],
    };
  }

  definition(file: string, position: number): ts.DefinitionInfoAndBoundSpan | undefined {
    const textSpan = this.nameSpan(file, position);
    const found = textSpan && this.#service.definition(file, this.#textOf(file) ?? "", position);
    if (!textSpan || !found) return undefined;
    const { start, length } = found;
    const definition: ts.DefinitionInfo = {
      fileName: found.file,
      textSpan: { start, length },
      kind: this.#api.ScriptElementKind.unknown,
      name: (this.#textOf(file) ?? "").slice(textSpan.start, textSpan.start + textSpan.length),
      containerKind: this.#api.ScriptElementKind.unknown,
      containerName: "",
    };
    return { textSpan, definitions: [definition] };
  }

  /** Where the name at a position of a mark is declared in its own file: TypeScript takes it from there. */
  declarationOf(file: string, position: number): number | undefined {
    return this.#service.nameInMark(file, this.#textOf(file) ?? "", position)?.declaration.start;
  }

  nameSpan(file: string, position: number): ts.TextSpan | undefined {
    const found = this.#service.nameInMark(file, this.#textOf(file) ?? "", position)?.span;
    return found && { start: found.start, length: found.length };
  }

  /** The places in marks that name what is declared at one of the given places. */
  besides(found: readonly Place[]): Place[] {
    const starts = new Map<string, Set<number>>();
    for (const { fileName, textSpan } of found)
      starts.set(fileName, (starts.get(fileName) ?? new Set()).add(textSpan.start));
    return [...starts].flatMap(([fileName, declared]) =>
      this.#service
        .namesInMarks(fileName, this.#textOf(fileName) ?? "")
        .filter(({ declaration }) => declared.has(declaration.start))
        .map(({ span: { start, length } }) => ({ fileName, textSpan: { start, length } })),
    );
  }

  /** No stamp of the disk tells of what is typed. */
  #fresh(): MarkService {
    const version = this.#version();
    if (version === undefined || version !== this.#seen) this.#service.changed();
    this.#seen = version;
    return this.#service;
  }
}
