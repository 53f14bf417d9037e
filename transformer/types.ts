import type ts from "typescript";

export type { SyntaxApi } from "./syntax/syntax-api.ts";

/** The whole TypeScript API, of who has a program. */
export type TypeScript = typeof ts;

export type Kind = "data" | "resource" | "element" | "widget" | "clears";

/** A `@cacheData`-like tag found in a comment, before anything is known of the function below it. */
export interface Mark {
  kind: Kind;
  /** The tag as it stands in the comment, with its `@`. */
  tag: string;
  /** Offset of the `@` in the file. */
  start: number;
  /** The option literal's text with JSDoc line prefixes blanked out, and its offset in the file; absent for a bare tag. */
  options?: { text: string; start: number };
  /** The token that follows the comment: the way to the marked node. */
  token: ts.Node;
  comment: { pos: number; end: number };
}

export type Severity = "error" | "warning";

/** What is wrong in a file, before anyone asked which file. `code` has a heading in docs/diagnostics.md. */
export interface Finding {
  code: string;
  severity: Severity;
  /** One sentence saying what is wrong. */
  message: string;
  /** One sentence saying what to write instead. */
  fix: string;
  /** What an editor can do about it; each by itself. */
  fixes: readonly Fix[];
  /** Offset in the file, UTF-16 units. */
  start: number;
  length: number;
}

/** What people are told about a mark. */
export interface Diagnostic extends Finding {
  file: string;
  /** 1-based, for people. */
  line: number;
  column: number;
}

/** Takes what is found. */
export type Report = (finding: Finding) => void;

/** A change that an editor can make. */
export interface Fix {
  /** What it does, as a menu shows it. */
  title: string;
  /** Absolute path of the file that it changes; absent for the file of the diagnostic. */
  file?: string;
  edits: readonly TextEdit[];
}

/** Puts `text` in place of what stands between two offsets, UTF-16 units. */
export interface TextEdit {
  start: number;
  end: number;
  text: string;
}

export type FunctionNode = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration;

/** One part of a cache key as emitted code passes it. */
export interface KeyPart {
  /** What error messages call it. */
  label: string;
  /** The expression that reads it inside the function. */
  text: string;
  /** Its declared type says so. Types can be wrong: this decides what is fast, never what is right. */
  isPrimitive?: true;
  /** The option that gives it; `text` are the arguments that the option's function sees, as an array expression. */
  from?: "key" | "context";
}

/** A name in a body by which a caller's `AbortSignal` reaches it. */
export interface SignalParameter {
  name: string;
  /** It is one by its type, may be or have one, or is a list of such. */
  holds: "signal" | "any" | "items";
}

/** An option whose value only run time can know. */
export interface DynamicOption {
  name: string;
  /** The value's text on one line, imports already replaced by namespace members. */
  text: string;
}

export interface ResolvedOptions {
  /** Checked and normalised at build time: seconds, bytes, booleans, texts. */
  static: Record<string, string | number | boolean | object>;
  dynamic: DynamicOption[];
  /** Free names in the dynamic options that this file declares: name → the declaration's identifier. */
  references: Map<string, ts.Identifier>;
  /** Names of this file that the dynamic options use: the compiler sees no use of them. */
  mentioned: ts.Identifier[];
  /** Namespace imports that the dynamic options need, because a tool may drop an import that only a comment uses. */
  imports: OptionImport[];
  /** Every free name of the options resolves at module level, so they can be evaluated there. */
  atModuleLevel: boolean;
  /** Some values may be asked for before their module has come to them, and `undefined` doesn't tell. */
  mayBeEarly: boolean;
  /** The option expressions, parsed apart from the file: what they reach belongs to the code hash. */
  expressions: ts.Expression[];
  /** Where the value of each option stands. */
  places: Map<string, { start: number; length: number }>;
  /** Where `validate` is visibly an async function. */
  asyncValidate?: { start: number; length: number };
}

/** An import of a whole module, behind one of the file's own. */
export interface OptionImport {
  declaration: ts.ImportDeclaration;
  specifier: string;
  alias: string;
}

/** Where the link between the function object and its descriptor is made. */
export type Attachment =
  | { type: "declaration"; name: string; container: ts.SourceFile | ts.Block | ts.ModuleBlock | ts.CaseOrDefaultClause }
  | { type: "anonymous-default" }
  | { type: "expression"; name?: string; computed?: ts.Expression }
  | { type: "class-member"; owner: ts.ClassLikeDeclaration; key: MemberKey; isStatic: boolean }
  | { type: "object-member"; owner: ts.ObjectLiteralExpression; key: MemberKey };

export type MemberKey =
  | { type: "named"; name: string }
  | { type: "private"; name: string }
  | { type: "computed"; expression: ts.Expression };

/** A marked function after analysis. */
export interface CachedFunction {
  kind: Kind;
  mark: Mark;
  node: FunctionNode;
  /** What people call it: `load`, `Repo.get`. */
  name: string;
  /** Package name + POSIX path + `#` + qualified name. */
  id: string;
  isAsync: boolean;
  /** Whether its declared type is a promise: nothing of that is left once types are gone. */
  isPromised: boolean;
  /** True for an `async function*`: its calls give streams. */
  isGenerator: boolean;
  /** True if its descriptor may be made anew for each instance of a component. */
  isPerInstance: boolean;
  parts: KeyPart[];
  /** In whose place the body gets the signal of its run. */
  signals: SignalParameter[];
  /** The whole call as an array expression, where the runtime needs more than the key parts. */
  callArguments?: string;
  /** How the receiver counts; absent where the body uses no `this`. */
  receiver?: "identity" | "value" | "ignore";
  options: ResolvedOptions;
  codeHash: "deep" | "own";
  version?: string | number;
  attachment: Attachment;
  /** Parameters that the body declares again with `var`: the copy inside must start with the parameter's value. */
  redeclared: string[];
  /** `await` and `yield` expressions of the body itself: in a page, what a run shows is only its own if each hands it on. */
  awaits: (ts.AwaitExpression | ts.YieldExpression | ts.ForOfStatement)[];
}

/** A class of the project whose instances a function may meet. */
export interface ValueClass {
  /** What it is called in keys and stored bytes; only its own name where its instances are no values. */
  name: string;
  /** How emitted code gets it. */
  text?: string;
  /** Why its instances are no values. */
  reason?: string;
  /** The import that `text` needs. */
  import?: OptionImport;
  /** The declaration in the same file that `text` names. */
  reference?: ts.Identifier;
  /** Absolute paths of the files whose content its name covers. */
  files?: readonly string[];
}

/** A cached function with its code hash. Its key parts now include the environment variables that its code reads. */
export interface HashedFunction extends CachedFunction {
  /** `c1:` and 32 hexadecimal digits. */
  hash: string;
  /** Absolute paths of the other files that the hash covers. */
  dependencies: string[];
  /** Whether its entries may come to have tags by what it reaches. */
  usesTags: boolean;
  /** Whether no other run, element or widget can begin within its runs, so that they need no context. */
  standsAlone: boolean;
  /** What it reaches and code that it doesn't reach may change. */
  changeable: readonly string[];
  /** What its text, or that of code it reaches, speaks of: it may give or be given one. */
  speaksOf: readonly Topic[];
  /** What the hash covers, the function first; made when it is asked for. */
  readonly tree: HashTree;
  /** The classes whose instances it may be given or give. */
  classes: readonly ValueClass[];
  /** Digests of the declarations that the hash covers, by name and place, where the session wants them said. */
  code?: Readonly<Record<string, string>>;
  /** Whether it may give a Response or a Request. */
  givesMessages: boolean;
}

/** What the code hash of a function covers, as far as it is a declaration, statement or whole module. */
export type CodeKind = "function" | "value" | "class" | "enum" | "namespace" | "member" | "statement" | "module";

/** One piece of code or one outside thing that a function reaches, for people who ask why a hash changed. */
export interface HashNode {
  kind: CodeKind | "package" | "builtin" | "asset" | "other";
  name: string;
  /** Absolute path and 1-based lines, the first and the last; absent for what has no source here. */
  file?: string;
  line?: number;
  lastLine?: number;
  /** Changes when this or anything it reaches changes. */
  hash: string;
  /** Changes with its own code only; absent for what has no source here. */
  own?: string;
  /** Places in the list. */
  uses: number[];
  /** Why more counts than its declaration. */
  note?: string;
}

/** The function first; each thing once. */
export type HashTree = HashNode[];

/** Something that the code hash cannot see. Warnings never fail a build. */
export interface HashWarning extends Finding {
  /** Absolute path; the place may lie in another file than the marked function. */
  file: string;
  /** 1-based. */
  line: number;
}

/** A class of the platform that the runtime has a feature for: code that has such values speaks of it somewhere. */
export type Topic = "streams" | "urlPatterns";

/** What hashing found of one function. */
export interface CodeHash {
  /** `c1:` and 32 hexadecimal digits. */
  hash: string;
  /** Absolute paths of the files whose content the hash covers, the function's own aside. */
  dependencies: string[];
  tree: HashTree;
  warnings: readonly HashWarning[];
  /** `process.env.X` and `import.meta.env.X` read by literal name in the function and in all that it reaches. */
  envReads: readonly string[];
  /** Whether its entries may come to have tags by what it reaches. */
  usesTags: boolean;
  /** Whether all that it reaches is known, has no mark, and runs nothing that isn't. */
  isOwn: boolean;
  /** What it reaches and other code may change: `file#name`, and packages with their versions. */
  changeable: readonly string[];
  /** What the function's text, or that of code it reaches, speaks of. */
  speaksOf: readonly Topic[];
}

/**
 * One planned change. Edits never contain a newline and never replace text, so every line stays where it was.
 * `node` is the node of the original tree that the edit concerns; both emitters work from that.
 */
export type Edit =
  /** Statements before the first one that is not a directive. */
  | {
      type: "prepend-statements";
      node: ts.SourceFile | ts.Block | ts.ModuleBlock | ts.CaseOrDefaultClause;
      text: string;
      references?: Map<string, ts.Identifier>;
    }
  /** A statement right after an import or class declaration. */
  | {
      type: "append-statement";
      node: ts.ImportDeclaration | ts.ClassDeclaration;
      text: string;
      references?: Map<string, ts.Identifier>;
    }
  /** A function's body becomes `{ <before> <body> <after> }`; directives stay first. An expression becomes `{ return e; }`. */
  | { type: "wrap-body"; node: ts.ConciseBody; before: string; after: string }
  /** An expression becomes `<before> <expression> <after>`. */
  | {
      type: "wrap-expression";
      node: ts.Expression;
      before: string;
      after: string;
      pure?: boolean;
      references?: Map<string, ts.Identifier>;
    }
  /** Class members before the closing brace. */
  | { type: "append-members"; node: ts.ClassLikeDeclaration; text: string; references?: Map<string, ts.Identifier> }
  /** An `async function*` becomes a plain function; so does a method. */
  | { type: "make-plain"; node: FunctionNode; usesSuper: boolean }
  /** A name for `export default function () {}` or `export default class {}`. */
  | { type: "name-declaration"; node: ts.FunctionDeclaration | ts.ClassDeclaration; name: string };

export interface Source {
  fileName: string;
  /** Identity of the file: package name + POSIX path from the package root. */
  fileId: string;
  sourceFile: ts.SourceFile;
  /** False for a script: a file with neither import nor export where the tool does not make it a module. */
  isModule: boolean;
  /** True for a single-file component, most of whose code runs once for each instance. */
  isComponent?: boolean;
  /** Where the output runs, if the tool knows. */
  platform?: Platform;
}

export type Platform = "browser" | "server";

/** What a transform reports of each cached function. */
export interface FunctionReport {
  id: string;
  name: string;
  kind: Kind;
  hash: string;
  line: number;
  column: number;
  options: Record<string, unknown>;
  parts: string[];
  dependencies: string[];
  /** What it reaches and code that it doesn't reach may change: `file#name`, and packages with their versions. */
  changeable: readonly string[];
  /** What the hash covers, the function first; made when it is asked for. */
  readonly tree?: HashTree;
}
