import type ts from "typescript";
import type { Answer, ImportMode } from "../../host-requests.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { CodeKind, HashWarning, SyntaxApi, Topic } from "../../types.ts";
import type { LookupPath } from "./lookup-path.ts";

export type { ImportMode };

/** What one exported name of a module stands for. */
export type Export =
  /** A name of the module itself, which may be an import. */
  | { type: "local"; name: string }
  /** `export default <expression>`, an anonymous default function or class, `export =`. */
  | { type: "node"; node: ts.Node }
  /** `export { imported as … } from "specifier"`; `"*"` for `export * as …`. */
  | { type: "from"; specifier: string; imported: string };

/** One parsed file. */
export interface Module {
  file: string;
  sourceFile: ts.SourceFile;
  scopes: Scopes;
  exports: Map<string, Export>;
  /** `export * from`. */
  stars: string[];
  /** Names of types that it exports: they leave no code behind. */
  types: Set<string>;
  /** `import "x"`, for the sake of what it does. */
  effects: string[];
  /** `export =`, or a CommonJS file's `module.exports`: names can't be told apart. */
  whole: boolean;
}

/** One thing that a piece of code depends on. */
export type CodeReference =
  /** A declared name; of a namespace import only the `member`, where that is visible. */
  | { type: "binding"; name: string; binding: Binding; member?: string; identifier: ts.Identifier }
  /** A name that the file doesn't declare, or only as ambient; `import.meta.X`. */
  | { type: "global"; name: string; identifier: ts.Node }
  /** `import("x")`, `require("x")`: the members taken from it, or all. */
  | { type: "import"; specifier: string; mode: ImportMode; members: string[] | "*"; at: ts.Node }
  /** A type that the compiler hands to a decorator. */
  | { type: "decorated"; binding: Binding; identifier: ts.Identifier }
  /** The functions that JSX calls, with the package that the file names for them. */
  | { type: "jsx"; source?: string }
  /** `new URL("./x", import.meta.url)`. */
  | { type: "url"; specifier: string; at: ts.Node }
  /** `import.meta.url`, `__dirname`, …: where the file lies. */
  | { type: "place" }
  /** Code that only run time knows: `eval`, `import(name)`. */
  | { type: "unknown"; what: string; at: ts.Node };

/** Why a read gives another answer than the last time: what a warning says of it. */
export type Ambience = "clock" | "chance" | "process" | "machine" | "file" | "storage" | "page" | "request" | "locale";

/** A read of something outside the program. */
export interface AmbientRead {
  ambience: Ambience | "environment";
  what: string;
  /** It doesn't read itself: what it is handed on to may, by it. */
  isHandedOn?: boolean;
  /** Imported names: if one stands for an absolute path, nothing is read. */
  unless?: readonly ts.Identifier[];
  node: ts.Node;
}

/** What a piece of code uses from outside itself. */
export interface References {
  uses: CodeReference[];
  env: string[];
  ambient: AmbientRead[];
}

/**
 * Where following a name, member, call, import or asset ends. There is no fourth way: what is neither followed nor
 * counted whole is unknown, and becomes a warning with a place.
 */
export type Outcome =
  | { type: "followed"; node: GraphNode }
  /** A package by its version, an asset by its content, a built-in by its name. */
  | { type: "whole"; text: string /** What was imported of it, wherever that stands. */; of?: ImportedName }
  | { type: "unknown"; text: string; reason: string };

export interface ImportedName {
  specifier: string;
  imported: string;
}

/** At least one: following something never gives nothing. */
export type Outcomes = readonly [Outcome, ...Outcome[]];

/** A `"guess"` could change a value and doesn't look as if it did: it counts where it is reached, and nobody else hears of it. */
export type Likelihood = "sure" | "likely" | "guess";

/** How likely something changes a value, and what in it most does. */
export interface Change {
  likelihood: Likelihood;
  at: ts.Node;
  /** Other places in it that do so no less. */
  also?: readonly ts.Node[];
}

/** What else a file does to one of its names. */
export interface ValueChanges {
  /** Statements and declarations at module level that may change the value: they count like the declaration. */
  parts: readonly ts.Node[];
  /** How likely it is that each of them does. */
  changes: ReadonlyMap<ts.Node, Change>;
  /** The first place where a function changes it at run time, which no hash can see. */
  changedAt?: ts.Node;
  /** The first place in its own declaration that does, as a static method: it concerns who reads the name. */
  ownChangedAt?: ts.Node;
  changeLikelihood: Likelihood;
  /** Other places that change it no less. */
  changedAlso?: readonly ts.Node[];
  /** The first place where a function calls a method that changes collections. */
  calledAt?: ts.Node;
  calledAlso?: readonly ts.Node[];
  /** Files that were looked at to find out. */
  lookupPaths: readonly LookupPath[];
}

/** What is done to a field's value where a method takes it. */
export interface FieldChange {
  /** The first place that changes it. */
  at: ts.Node | undefined;
  /** Files that were looked at to find out. */
  lookupPaths: ReadonlySet<LookupPath>;
}

/** Calls that a module makes when it is evaluated. */
export interface ModuleCalls {
  /** The module-level statements by what they may change. */
  calls: ReadonlyMap<Target, ReadonlyMap<ts.Node, Change>>;
  lookupPaths: readonly LookupPath[];
}

/** Code of a module that may change what other modules declare. */
export interface OutwardChange {
  at: ts.Node;
  /** What the module calls the thing that it changes. */
  what: string;
  /** Whether it runs when the module is evaluated, and counts; else it is warned about. */
  isPart: boolean;
  change: Change;
  targets: readonly Target[];
  /** The names of the members of the class that overrides one of another. */
  overrider?: readonly string[];
}

export interface OutwardChanges {
  changes: readonly OutwardChange[];
  /** Files that were looked at to find out. */
  lookupPaths: ReadonlySet<LookupPath>;
}

/** What is changed by code that none of its readers looks at. */
export interface ChangesAround {
  nodes: readonly GraphNode[];
  warnings: readonly HashWarning[];
}

/** A piece of code or, as text, a thing that has no code here. */
export type Target = GraphNode | string;

export interface Edge {
  label: string;
  target: Target;
}

/** What looking at a node's code finds. */
export interface Findings {
  /** Digest of its normal form. */
  own: string;
  edges: Edge[];
  /** Files looked at on the way to its edges: barrels, assets. */
  lookupPaths: Set<LookupPath>;
  warnings: HashWarning[];
  /** Those about files that it reads: nothing if code on the way to it names them with `dependsOn`. */
  fileWarnings: HashWarning[];
  /** Environment variables that it reads by name. */
  env: string[];
  /** What its text speaks of. */
  speaksOf: Topic[];
}

/** A node of the dependency graph: one declaration, statement or whole module that a function reaches. */
export interface GraphNode extends Findings {
  kind: CodeKind;
  name: string;
  module: Module;
  /** The declarations that are merged into it, or the one piece of syntax that it is. */
  syntax: readonly ts.Node[];
  /** Set on what a module does when it is evaluated, which is no one piece of syntax. */
  role?: "effects";
  /** Why more counts than the declaration. */
  note?: string;
  /** Whether `Findings` are there; they come all at once. */
  expanded: boolean;
  /** Another function's hash is being made that looks for them and may be waiting for another file. */
  begun: boolean;
}

/** Where an import leads. `text` is what it adds to a hash; a module adds what is used of it instead. */
export type ResolvedImport =
  | { type: "module"; module: Module /** `./a.ts?worker` runs the whole file. */; whole?: true }
  | { type: "package"; text: string }
  | { type: "builtin"; text: string }
  /** `files`: its own and those that it imports; `unknown`: why some of them are not known. */
  | { type: "asset"; text: string; files: readonly string[]; unknown: readonly string[] }
  | { type: "unknown"; text: string; reason: string };

/** Nodes that reach each other, or a single one: what reaches one of them reaches what all of them do. */
export interface Component {
  members: readonly GraphNode[];
  /** Those that its members use, the component itself aside. */
  next: readonly Component[];
}

/** What some nodes reach, sorted. */
export interface Closure {
  /** Classes, constants that may hold one, and whole modules. */
  classes: readonly GraphNode[];
  /** Code that fetches, or that a package may do it for. */
  fetches: boolean;
  /** All of it is known, without a mark apart from the functions that are asked about, and runs nothing that isn't. */
  isOwn: boolean;
  /** Files that they lie in or that were looked at on the way to them. */
  files: readonly string[];
  env: readonly string[];
  warnings: readonly HashWarning[];
  /** Whether entries may come to have tags by what is reached. */
  usesTags: boolean;
  /** What other code may change: `file#name`, and packages. */
  changeable: readonly string[];
  speaksOf: readonly Topic[];
}

/** Lives as long as the tool does: each text of a file is parsed once. */
export interface LinkContext {
  api: SyntaxApi;
  /** By file, for the text that it had last. */
  parsed: Map<string, Module>;
  /** A tree of the file that the tool has anyway, so that it isn't read and parsed again. */
  sourceFileOf?: (file: string) => ts.SourceFile | undefined;
}

/** All that was asked for the sake of one file's code, with the answers. */
export interface Asked {
  reads: Map<string, Answer>;
  /** By specifier. */
  resolved: Map<string, string | undefined>;
  /** By name that the tool replaces: what the hash has for it. */
  replaced: Map<string, string>;
}

/**
 * What all functions that are hashed between two changes of any file share: answers are asked for once, and what a
 * declaration reaches is found and hashed once. It must not live longer, since files change under a dev server.
 */
export interface Session {
  context: LinkContext;
  /** Directory for paths outside any package. */
  root: string | undefined;
  /** Names that a bundler replaces, with what it puts there. */
  define: Readonly<Record<string, unknown>>;
  /** The package whose functions JSX calls, where the tool's own settings say it. */
  jsxImportSource: string | undefined;
  /** Whether functions say what their code hashes are made of. */
  describesCode: boolean;
  reads: Map<string, Answer>;
  /** By the file whose code asked: the answers for all files that a hash covers determine the hash. */
  asked: Map<string, Asked>;
  /** By the file that an import stands in, then by what is imported. */
  resolvedImports: Map<string, Map<string, ResolvedImport>>;
  modules: Map<string, Module>;
  /** By declaration; the first of several that are merged. */
  nodes: Map<ts.Node, GraphNode>;
  /** Where the searches for names begin. */
  lookupPath: LookupPath;
  /** Of each node whose closure is complete. */
  hashes: WeakMap<object, string>;
  /** What else files do to their names. */
  changes: WeakMap<Binding, ValueChanges>;
  /** What the calls that a module makes when it is evaluated may change elsewhere. */
  moduleCalls: WeakMap<Module, ModuleCalls>;
  /** What the code of a module may change in other modules. */
  outwardChanges: WeakMap<Module, OutwardChanges>;
  /** By what reaches it: code of no reader that changes what is reached. */
  changesAround: WeakMap<Component, ChangesAround>;
  /** What a function may change outside of itself. */
  changedBy: WeakMap<ts.Node, ReadonlyMap<Target, Likelihood>>;
  /** By where a field of an instance is taken: what is done to its value from there on. */
  fieldChanges: WeakMap<ts.Node, FieldChange>;
  /** Of the same nodes. */
  components: WeakMap<GraphNode, Component>;
  closures: WeakMap<Component, Closure>;
}
