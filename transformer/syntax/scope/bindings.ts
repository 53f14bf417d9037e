import type ts from "typescript";

export type BindingKind =
  | "import"
  | "alias"
  | "param"
  | "var"
  | "let"
  | "const"
  | "using"
  | "function"
  | "class"
  | "enum"
  | "member"
  | "namespace"
  | "catch";

/** What an import binding stands for: `imported` is the exported name, `"default"`, or `"*"` for the whole module. */
export interface ImportTarget {
  specifier: string;
  imported: string;
  typeOnly: boolean;
}

/** One value name declared in a file. Types (interfaces, aliases, type parameters) are never bindings. */
export interface Binding {
  name: string;
  kind: BindingKind;
  /** The first declaration that has a value: variable declaration, function, class, import specifier, … */
  declaration: ts.Node;
  /** All of them: merged enums and namespaces, repeated `var`. Overload signatures are left out. */
  declarations: ts.Node[];
  nameNode: ts.Identifier;
  /** The function, block, class, enum, module or source file that owns the name. */
  scope: ts.Node;
  import?: ImportTarget;
  /** Only declared (`declare const`, a function without any body): there is no code to hash. */
  ambient: boolean;
  /** Written again anywhere in the file after its declaration. */
  reassigned: boolean;
  /** The identifiers that write it, the declaration's own initialiser aside. */
  writes: ts.Identifier[];
  /** Names of an enum or namespace, visible in all of its merged declarations. */
  members?: Map<string, Binding>;
}

/** One use of a value name. No `binding` means that the file doesn't declare it: a global. */
export interface Reference {
  name: string;
  identifier: ts.Identifier;
  binding?: Binding;
}

export interface Scope {
  node: ts.Node;
  parent: Scope | undefined;
  bindings: Map<string, Binding>;
  /** Where a `var` lands. */
  hoist: Scope;
  /** Set on the body of an enum or namespace. */
  owner?: Binding;
}
