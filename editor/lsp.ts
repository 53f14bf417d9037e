import { fileURLToPath, pathToFileURL } from "node:url";
import {
  type CodeAction,
  CodeActionKind,
  CompletionItemKind,
  type Connection,
  createConnection,
  DiagnosticSeverity,
  ProposedFeatures,
  type Range,
  type ServerCapabilities,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { loadTypeScript } from "#typescript";
import { describeDiagnostic } from "../transformer/diagnostics.ts";
import { toPosix } from "../transformer/syntax/paths.ts";
import type { Diagnostic } from "../transformer/types.ts";
import { isServedByPlugin } from "./served-by-plugin.ts";
import { type Completion, type FixableDiagnostic, MarkService, type Span } from "./service.ts";

const CAPABILITIES: ServerCapabilities = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  codeLensProvider: {},
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
export function serve(): void {
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  new Server(connection).listen();
}

class Server {
  readonly #connection: Connection;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #service: MarkService;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Decided when a file is opened. */
  readonly #servedElsewhere = new Map<string, boolean>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#service = new MarkService(loadTypeScript(), (file) =>
      this.#documents.get(pathToFileURL(file).href)?.getText(),
    );
  }

  listen(): void {
    const connection = this.#connection;
    const documents = this.#documents;
    connection.onInitialize(() => ({ capabilities: CAPABILITIES, serverInfo: { name: "cachet" } }));
    documents.onDidChangeContent(({ document }) => this.#check(document));
    documents.onDidOpen(({ document }) => void this.#servedElsewhere.delete(document.uri));
    documents.onDidClose(({ document }) => void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] }));
    // What others have open may reach the saved file.
    documents.onDidSave(() => {
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
        const spans = this.#service.references(file, text, document.offsetAt(position));
        const edits = spans.map((span) => ({ range: rangeOf(document, span), newText: newName }));
        return edits.length > 0 ? { changes: { [textDocument.uri]: edits } } : null;
      }),
    );
    connection.onCodeAction(({ textDocument, range }) =>
      this.#ask(textDocument.uri, (file, text, document) =>
        this.#service
          .fixable(file, text, document.offsetAt(range.start), document.offsetAt(range.end))
          .flatMap((found) => this.#actionsOf(document, found)),
      ),
    );
    connection.onCodeLens(({ textDocument }) =>
      this.#ask(textDocument.uri, (file, text) =>
        this.#service.functions(file, text).map((fn) => {
          const start = { line: fn.line - 1, character: fn.column - 1 };
          const declarations = Math.max(1, (fn.tree ?? []).filter((node) => node.file !== undefined).length);
          const files = fn.dependencies.length + 1;
          const title = `covers ${count(declarations, "declaration")} in ${count(files, "file")}`;
          return { range: { start, end: start }, command: { title, command: "" } };
        }),
      ),
    );
    documents.listen(connection);
    connection.listen();
  }

  #check(document: TextDocument): void {
    const { uri } = document;
    this.#service.changed();
    this.#ask(uri, (file, text) => this.#send(document, this.#service.checkMarks(file, text)));
    clearTimeout(this.#timers.get(uri));
    this.#timers.set(
      uri,
      setTimeout(() => this.#link(document), LINK_AFTER),
    );
  }

  #link(document: TextDocument): void {
    if (this.#documents.get(document.uri)?.version !== document.version) return;
    this.#ask(document.uri, (file, text) => this.#send(document, this.#service.check(file, text)));
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

function rangeOf(document: TextDocument, { start, length }: { start: number; length: number }): Range {
  return { start: document.positionAt(start), end: document.positionAt(start + length) };
}

const toDiagnostic = (document: TextDocument, one: Diagnostic) => ({
  range: rangeOf(document, one),
  severity: one.severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
  code: one.code,
  source: "cachet",
  message: describeDiagnostic(one),
});

function toItem({ label, kind, detail, text }: Completion, range: Range) {
  return { label, kind: KINDS[kind], textEdit: { range, newText: text }, ...(detail !== undefined && { detail }) };
}

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? "" : "s"}`;
