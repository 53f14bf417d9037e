import { fileURLToPath, pathToFileURL } from "node:url";
import {
  type CodeAction,
  CodeActionKind,
  CodeActionTriggerKind,
  CompletionItemKind,
  type Connection,
  createConnection,
  DiagnosticSeverity,
  ProposedFeatures,
  type Range,
  SemanticTokensBuilder,
  type ServerCapabilities,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { loadTypeScript } from "#typescript";
import { toPosix } from "../transformer/syntax/paths.ts";
import type { Diagnostic, FunctionReport } from "../transformer/types.ts";
import { coverage, coveredFunction } from "./covered-function.ts";
import { isServedByPlugin } from "./served-by-plugin.ts";
import { type Completion, type FixableDiagnostic, MarkService, type Span } from "./service.ts";
import { type HeadReader, SinceHead } from "./since-head.ts";
import { TOKEN_TYPES, type Token } from "./tokens.ts";

const CAPABILITIES: ServerCapabilities = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  codeLensProvider: {},
  semanticTokensProvider: { legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [] }, full: true },
  completionProvider: { triggerCharacters: ["@", "{", ",", " ", ":", '"'] },
};

const KINDS = {
  tag: CompletionItemKind.Keyword,
  option: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  function: CompletionItemKind.Function,
} as const;

/** Milliseconds without a keystroke after which what a function reaches is looked at again. */
const LINK_AFTER = 300;

/** The language server for marks, on the process's standard input and output. Ends with its client. */
export function serve(head: HeadReader): void {
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  new Server(connection, head).listen();
}

class Server {
  readonly #connection: Connection;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #service: MarkService;
  /** Of documents that are yet to be linked. */
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Documents whose lenses are those from before the last keystroke. */
  readonly #oldLenses = new Set<string>();
  /** Decided when a file is opened. */
  readonly #servedElsewhere = new Map<string, boolean>();
  readonly #sinceHead: SinceHead;
  #coversCommand = "";
  #canRefreshLenses = false;

  constructor(connection: Connection, head: HeadReader) {
    this.#connection = connection;
    this.#sinceHead = new SinceHead(head, () => this.#refreshLenses());
    this.#service = new MarkService(loadTypeScript(), (file) =>
      this.#documents.get(pathToFileURL(file).href)?.getText(),
    );
  }

  listen(): void {
    const connection = this.#connection;
    const documents = this.#documents;
    connection.onInitialize(({ initializationOptions, capabilities }) => {
      // The editor's own, for a click on a lens: the server has nowhere to show it.
      this.#coversCommand = String(initializationOptions?.coversCommand ?? "");
      this.#canRefreshLenses = capabilities.workspace?.codeLens?.refreshSupport === true;
      return { capabilities: CAPABILITIES, serverInfo: { name: "cachet" } };
    });
    documents.onDidChangeContent(({ document }) => this.#check(document));
    documents.onDidOpen(({ document }) => void this.#servedElsewhere.delete(document.uri));
    documents.onDidClose(({ document: { uri } }) => {
      clearTimeout(this.#timers.get(uri));
      this.#timers.delete(uri);
      void connection.sendDiagnostics({ uri, diagnostics: [] });
      // What was not saved is gone.
      if (uri.startsWith("file:")) this.#service.changed(toPosix(fileURLToPath(uri)));
    });
    // What others have open may reach the saved file.
    documents.onDidSave(() => {
      this.#sinceHead.lookAgain();
      for (const document of documents.all()) this.#link(document);
    });
    connection.onCompletion(({ textDocument, position }) =>
      this.#ask(textDocument.uri, (file, text, document) =>
        this.#service
          .complete(file, text, document.offsetAt(position))
          .map((completion) => toItem(completion, { start: document.positionAt(completion.start), end: position })),
      ),
    );
    connection.onHover(({ textDocument, position }) =>
      this.#ask(textDocument.uri, (file, text, document) => {
        const hover = this.#service.hover(file, text, document.offsetAt(position));
        return hover && { contents: { kind: "markdown", value: hover.text }, range: rangeOf(document, hover.span) };
      }),
    );
    connection.onDefinition(({ textDocument, position }) =>
      this.#ask(textDocument.uri, (file, text, document) => {
        const span = this.#service.definition(file, text, document.offsetAt(position));
        return span && this.#locationOf(span);
      }),
    );
    connection.onReferences(({ textDocument, position }) =>
      this.#ask(textDocument.uri, (file, text, document) =>
        this.#service.references(file, text, document.offsetAt(position)).map((span) => this.#locationOf(span)),
      ),
    );
    connection.onRenameRequest(({ textDocument, position, newName }) =>
      this.#ask(textDocument.uri, (file, text, document) => {
        const edits = this.#service
          .rename(file, text, document.offsetAt(position), newName)
          .map(({ span, text: newText }) => ({ range: rangeOf(document, span), newText }));
        return edits.length > 0 ? { changes: { [textDocument.uri]: edits } } : null;
      }),
    );
    connection.onCodeAction(({ textDocument, range, context }) =>
      this.#ask(textDocument.uri, (file, text, document) => {
        // Editors ask by themselves after each keystroke, and again once there are other diagnostics.
        const isHurried = context.triggerKind === CodeActionTriggerKind.Automatic && this.#timers.has(textDocument.uri);
        const found = isHurried ? this.#service.checkMarks(file, text) : this.#service.check(file, text);
        return this.#service
          .fixable(file, found, document.offsetAt(range.start), document.offsetAt(range.end))
          .flatMap((one) => this.#actionsOf(document, one));
      }),
    );
    connection.onCodeLens(({ textDocument }) =>
      this.#ask(textDocument.uri, (file, text) =>
        this.#functionsSoon(textDocument.uri, file, text).map((fn) => {
          const start = { line: fn.line - 1, character: fn.column - 1 };
          const state = this.#sinceHead.stateOf(this.#service.projectOf(file), fn);
          const title = `${coverage(fn)}${state === undefined ? "" : ` · ${state} since HEAD`}`;
          const command = { title, command: this.#coversCommand, arguments: [textDocument.uri, fn.id] };
          return { range: { start, end: start }, command };
        }),
      ),
    );
    connection.onRequest("cachet/covers", ({ textDocument }: { textDocument: { uri: string } }) =>
      this.#ask(textDocument.uri, (file, text) => this.#service.functions(file, text).map(coveredFunction)),
    );
    connection.languages.semanticTokens.on(
      ({ textDocument }) =>
        this.#ask(textDocument.uri, (file, text, document) => encode(document, this.#service.tokens(file, text))) ?? {
          data: [],
        },
    );
    documents.listen(connection);
    connection.listen();
  }

  #check(document: TextDocument): void {
    const { uri } = document;
    this.#ask(uri, (file, text) => {
      this.#service.changed(file);
      this.#send(document, this.#service.checkMarks(file, text));
    });
    clearTimeout(this.#timers.get(uri));
    this.#timers.set(
      uri,
      setTimeout(() => this.#link(document), LINK_AFTER),
    );
  }

  #link(document: TextDocument): void {
    const { uri } = document;
    clearTimeout(this.#timers.get(uri));
    this.#timers.delete(uri);
    this.#ask(uri, (file, text) => this.#send(document, this.#service.check(file, text)));
    if (this.#oldLenses.delete(uri)) this.#refreshLenses();
  }

  /** Between a keystroke and linking those from before it, where the client asks again afterwards. */
  #functionsSoon(uri: string, file: string, text: string): readonly FunctionReport[] {
    const before = this.#service.functionsBefore(file, text);
    const isEarly = this.#canRefreshLenses && this.#timers.has(uri) && before.length > 0;
    if (isEarly) this.#oldLenses.add(uri);
    const functions = isEarly ? before : this.#service.functions(file, text);
    // A mark that is being written is wrong for a while: the lines below would jump.
    const missing = before.filter(({ id }) => !functions.some((fn) => fn.id === id));
    return [...functions, ...missing].sort((one, other) => one.line - other.line);
  }

  #refreshLenses(): void {
    if (this.#canRefreshLenses) void this.#connection.sendRequest("workspace/codeLens/refresh");
  }

  #send(document: TextDocument, found: readonly Diagnostic[]): void {
    const diagnostics = found.map((one) => toDiagnostic(document, one));
    void this.#connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics });
  }

  #actionsOf(document: TextDocument, { diagnostic, fixes }: FixableDiagnostic): CodeAction[] {
    return fixes.map(({ title, file, edits }) => {
      const changed = this.#documentOf(file);
      const changes = edits.map(({ start, end, text }) => ({
        range: { start: changed.positionAt(start), end: changed.positionAt(end) },
        newText: text,
      }));
      return {
        title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [toDiagnostic(document, diagnostic)],
        isPreferred: diagnostic.severity === "error" && fixes.length === 1,
        edit: { changes: { [changed.uri]: changes } },
      };
    });
  }

  #ask<T>(uri: string, answer: (file: string, text: string, document: TextDocument) => T): T | null {
    const document = this.#documents.get(uri);
    if (!document || !uri.startsWith("file:")) return null;
    const file = toPosix(fileURLToPath(uri));
    const isServed = this.#servedElsewhere.get(uri) ?? isServedByPlugin(loadTypeScript(), file);
    this.#servedElsewhere.set(uri, isServed);
    return isServed ? null : answer(file, document.getText(), document);
  }

  #locationOf(span: Span) {
    const document = this.#documentOf(span.file);
    return { uri: document.uri, range: rangeOf(document, span) };
  }

  #documentOf(file: string): TextDocument {
    const uri = pathToFileURL(file).href;
    return this.#documents.get(uri) ?? TextDocument.create(uri, "", 0, this.#service.textOf(file));
  }
}

/** Five numbers each, the place from the one before; no token of a mark goes over a line's end. */
function encode(document: TextDocument, tokens: readonly Token[]): { data: number[] } {
  const builder = new SemanticTokensBuilder();
  for (const { start, length, type } of tokens) {
    const { line, character } = document.positionAt(start);
    builder.push(line, character, length, TOKEN_TYPES.indexOf(type), 0);
  }
  return builder.build();
}

function rangeOf(document: TextDocument, { start, length }: { start: number; length: number }): Range {
  return { start: document.positionAt(start), end: document.positionAt(start + length) };
}

const toDiagnostic = (document: TextDocument, one: Diagnostic) => ({
  range: rangeOf(document, one),
  severity: one.severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
  code: one.code,
  source: "cachet",
  // Clients show the code beside it.
  message: `${one.message} ${one.fix}`,
});

function toItem({ label, kind, detail, text }: Completion, range: Range) {
  return { label, kind: KINDS[kind], textEdit: { range, newText: text }, ...(detail !== undefined && { detail }) };
}
