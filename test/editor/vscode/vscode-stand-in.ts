/** What the extension uses of VS Code, without one: it remembers what was shown. */
import { pathToFileURL } from "node:url";

type Handler = (...args: unknown[]) => unknown;

export const seen = {
  commands: new Map<string, Handler>(),
  /** Commands of VS Code's own that were run. */
  ran: [] as unknown[][],
  messages: [] as string[],
  provider: undefined as unknown,
  folder: "",
  setting: undefined as string | undefined,
  /** What stands in the editor, and the line of its cursor. */
  editor: undefined as { document: { uri: Uri }; selection: { active: { line: number } } } | undefined,
};
(globalThis as { vscodeSeen?: typeof seen }).vscodeSeen = seen;

export class Uri {
  readonly #href: string;
  constructor(href: string) {
    this.#href = href;
  }
  static parse = (href: string) => new Uri(href);
  get fsPath() {
    return decodeURIComponent(new URL(this.#href).pathname);
  }
  toString = () => this.#href;
}

export class Position {
  readonly line: number;
  readonly character: number;
  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
}

export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(start: Position, end: Position) {
    this.start = start;
    this.end = end;
  }
}

export class EventEmitter {
  readonly #listeners: Handler[] = [];
  event = (listener: Handler) => this.#listeners.push(listener);
  fire = (what: unknown) => {
    for (const listener of this.#listeners) listener(what);
  };
}

export class TreeItem {
  description?: string;
  readonly label: string;
  readonly collapsibleState: number;
  constructor(label: string, collapsibleState: number) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };

const folder = () => ({ uri: new Uri(pathToFileURL(seen.folder).href), name: "app", index: 0 });

export const window = {
  get activeTextEditor() {
    return seen.editor;
  },
  registerTreeDataProvider: (_id: string, provider: unknown) => ({ provider: (seen.provider = provider) }),
  showInformationMessage: async (text: string) => void seen.messages.push(text),
};

export const commands = {
  registerCommand: (name: string, run: Handler) => seen.commands.set(name, run),
  executeCommand: async (...args: unknown[]) => void seen.ran.push(args),
};

export const workspace = {
  get workspaceFolders() {
    return [folder()];
  },
  getWorkspaceFolder: folder,
  getConfiguration: () => ({ get: () => seen.setting }),
  onDidChangeWorkspaceFolders: () => ({}),
  asRelativePath: (uri: Uri) => uri.fsPath.slice(seen.folder.length + 1),
};
