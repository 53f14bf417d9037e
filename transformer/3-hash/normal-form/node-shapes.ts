/**
 * What each kind of syntax node is made of, as far as running code goes: no types, no spelling. Listing the parts by
 * name keeps each at its own place (`for (a;;)` and `for (;a;)` differ) and makes the result independent of the
 * TypeScript version. A part's first character says how it is written:
 *
 * - `.x` one node, or `_` where it is missing
 * - `*x` a list of nodes, those that types or nothing are made of left out
 * - `:x` a property name, whichever way it is quoted
 * - `?x` whether the token is there
 * - `~x` whether the node goes on an optional chain: `a?.b.c`, not `(a?.b).c`
 * - `{x` the body of a function: a block with its directives, or an expression
 *
 * Modifiers and decorators come first for every kind that may have them.
 */
export const SHAPES: Readonly<Record<string, string>> = {
  // expressions
  ArrayLiteralExpression: "*elements",
  ObjectLiteralExpression: "*properties",
  PropertyAssignment: ":name .initializer",
  ShorthandPropertyAssignment: ".name .objectAssignmentInitializer",
  SpreadAssignment: ".expression",
  SpreadElement: ".expression",
  ComputedPropertyName: ".expression",
  PropertyAccessExpression: "~chain .expression ?questionDotToken .name",
  ElementAccessExpression: "~chain .expression ?questionDotToken .argumentExpression",
  CallExpression: "~chain .expression ?questionDotToken *arguments",
  NewExpression: ".expression *arguments",
  FunctionExpression: "?asteriskToken .name *parameters {body",
  ArrowFunction: "*parameters {body",
  ClassExpression: ".name *heritageClauses *members",
  DeleteExpression: ".expression",
  TypeOfExpression: ".expression",
  VoidExpression: ".expression",
  AwaitExpression: ".expression",
  YieldExpression: "?asteriskToken .expression",
  ConditionalExpression: ".condition .whenTrue .whenFalse",
  TemplateExpression: ".head *templateSpans",
  TemplateSpan: ".expression .literal",
  OmittedExpression: "",
  // patterns and parameters
  ObjectBindingPattern: "*elements",
  ArrayBindingPattern: "*elements",
  BindingElement: "?dotDotDotToken :propertyName .name .initializer",
  Parameter: "?dotDotDotToken .name .initializer",
  Decorator: ".expression",
  // classes
  ClassDeclaration: ".name *heritageClauses *members",
  PropertyDeclaration: ":name .initializer",
  MethodDeclaration: "?asteriskToken :name *parameters {body",
  Constructor: "*parameters {body",
  GetAccessor: ":name *parameters {body",
  SetAccessor: ":name *parameters {body",
  ClassStaticBlockDeclaration: ".body",
  // statements
  Block: "*statements",
  VariableStatement: ".declarationList",
  VariableDeclaration: ".name .initializer",
  ExpressionStatement: ".expression",
  EmptyStatement: "",
  IfStatement: ".expression .thenStatement .elseStatement",
  DoStatement: ".statement .expression",
  WhileStatement: ".expression .statement",
  ForStatement: ".initializer .condition .incrementor .statement",
  ForInStatement: ".initializer .expression .statement",
  ForOfStatement: "?awaitModifier .initializer .expression .statement",
  ContinueStatement: ".label",
  BreakStatement: ".label",
  ReturnStatement: ".expression",
  ThrowStatement: ".expression",
  WithStatement: ".expression .statement",
  SwitchStatement: ".expression .caseBlock",
  CaseBlock: "*clauses",
  CaseClause: ".expression *statements",
  DefaultClause: "*statements",
  LabeledStatement: ".label .statement",
  TryStatement: ".tryBlock .catchClause .finallyBlock",
  CatchClause: ".variableDeclaration .block",
  DebuggerStatement: "",
  FunctionDeclaration: "?asteriskToken .name *parameters {body",
  EnumDeclaration: ".name *members",
  EnumMember: ":name .initializer",
  ModuleDeclaration: ".name .body",
  ModuleBlock: "*statements",
  // modules
  ImportDeclaration: ".importClause .moduleSpecifier .attributes",
  NamespaceImport: ".name",
  NamedImports: "*elements",
  ImportEqualsDeclaration: ".name .moduleReference",
  ExternalModuleReference: ".expression",
  QualifiedName: ".left .right",
  ExportDeclaration: ".exportClause .moduleSpecifier .attributes",
  NamedExports: "*elements",
  NamespaceExport: ":name",
  ImportAttributes: "*elements",
  ImportAttribute: ":name .value",
  MissingDeclaration: "",
  // JSX
  JsxAttributes: "*properties",
  JsxSpreadAttribute: ".expression",
  JsxNamespacedName: ".namespace .name",
};
