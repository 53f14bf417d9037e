import type ts from "typescript";
import { outermostWrapper } from "../syntax/node-tests.ts";
import type { CachedFunction, Edit, MemberKey, SyntaxApi } from "../types.ts";
import type { FunctionPlan } from "./function-edits.ts";

interface MarkedClass {
  node: ts.ClassLikeDeclaration;
  members: FunctionPlan[];
  prefix: string;
}

/** Links the marked methods of every class, inside out: what wraps a class stands closer to it than all other edits. */
export function classMembers(plans: FunctionPlan[], prefix: string): Edit[] {
  const byClass = groupBy(plans, (plan) =>
    plan.fn.attachment.type === "class-member" ? plan.fn.attachment.owner : undefined,
  );
  return [...byClass].flatMap(([node, all]) => {
    const secret = all.filter((plan) => keyOf(plan).type === "private");
    const members = all.filter((plan) => keyOf(plan).type !== "private");
    return [
      ...(secret.length > 0 ? [privateMembers(node, secret, prefix)] : []),
      ...(members.length > 0 ? publicMembers({ node, members, prefix }) : []),
    ];
  });
}

const keyOf = ({ fn }: FunctionPlan) =>
  (fn.attachment as Extract<CachedFunction["attachment"], { key: MemberKey }>).key;
const isStatic = ({ fn }: FunctionPlan) => fn.attachment.type === "class-member" && fn.attachment.isStatic;

/**
 * Only the class itself can name what is private, and only an instance has it: a field of each.
 * `class A { #get() {} }` → `class A { #get() {} #__cachet$0d = __cachet.attach(__cachet$0(), this.#get); }`
 */
function privateMembers(node: ts.ClassLikeDeclaration, plans: FunctionPlan[], prefix: string): Edit {
  const texts = plans.map((plan) => {
    const { api, descriptor, variable, localOptions } = plan;
    const self = isStatic(plan) ? ownReference(api, node) : "this";
    const attach = `${prefix}.attach(${descriptor}, ${self.replace("?", "")}.${(keyOf(plan) as { name: string }).name}${localOptions})`;
    return `${isStatic(plan) ? "static " : ""}#${variable} = ${self === "this?" ? "this && " : ""}${attach};`;
  });
  return { type: "append-members", node, text: texts.join(" "), references: referencesOf(plans) };
}

/**
 * How a static field names its class. TypeScript compiles `this` there to `undefined` in a class with experimental
 * decorators, for targets that have no static fields.
 */
function ownReference(api: SyntaxApi, owner: ts.ClassLikeDeclaration): string {
  if (!owner.modifiers?.some(api.isDecorator)) return "this";
  return owner.name?.text ?? "this?";
}

/**
 * Beside the class, not in a `static {}` of it: compilers without static blocks refuse those, and others take the name
 * of an anonymous class for them.
 *
 * `class A { get() {} }` → `class A { get() {} } __cachet.methods(A, [[__cachet$0(), "get"]]);`
 * `const A = class { get() {} }` → `const A = __cachet.methods({ ["A"]: class { get() {} } }["A"], [[__cachet$0(), "get"]])`
 */
function publicMembers({ node, members, prefix }: MarkedClass): Edit[] {
  const { api, defaultName } = members[0] as FunctionPlan;
  const entries = (plans: FunctionPlan[]) => `[${plans.map(memberEntry).join(", ")}]`;
  const statics = members.filter(isStatic);
  const lists = `${entries(members.filter((plan) => !isStatic(plan)))}${statics.length > 0 ? `, ${entries(statics)}` : ""}`;
  const references = referencesOf(members);
  if (api.isClassDeclaration(node)) {
    if (node.name) {
      const text = `${prefix}.methods(${node.name.text}, ${lists});`;
      return [{ type: "append-statement", node, text, references: references.set(node.name.text, node.name) }];
    }
    const text = `${prefix}.methods(${prefix}.named(${defaultName}, "default"), ${lists});`;
    return [
      { type: "name-declaration", node, name: defaultName },
      { type: "append-statement", node, text, references },
    ];
  }
  const { name, edits } = inferredName(node, members[0] as FunctionPlan);
  const [open, close] = name === undefined ? ["", ""] : [`{ [${name}]: `, ` }[${name}]`];
  return [
    ...edits,
    {
      type: "wrap-expression",
      node,
      before: `${prefix}.methods(${open}`,
      after: `${close}, ${lists})`,
      pure: true,
      references,
    },
  ];
}

/** The name that the language gives an anonymous class for where it stands, as an expression that may be evaluated twice. */
function inferredName(node: ts.ClassExpression, plan: FunctionPlan): { name: string | undefined; edits: Edit[] } {
  const { api } = plan;
  const plain = (name: string | undefined) => ({ name: name === undefined ? name : JSON.stringify(name), edits: [] });
  if (node.name) return plain(undefined);
  const outer = outermostWrapper(api, node);
  const { parent } = outer;
  if (api.isExportAssignment(parent)) return plain(parent.isExportEquals ? undefined : "default");
  if (api.isBinaryExpression(parent))
    return plain(parent.right === outer && isNaming(api, parent) ? parent.left.getText() : undefined);
  if (api.isShorthandPropertyAssignment(parent)) return plain(parent.name.text);
  if (!isNamedHolder(api, parent) || parent.initializer !== outer) return plain(undefined);
  if (!api.isComputedPropertyName(parent.name)) {
    const hasText = !api.isObjectBindingPattern(parent.name) && !api.isArrayBindingPattern(parent.name);
    return plain(hasText ? (parent.name as ts.Identifier).text : undefined);
  }
  const { expression } = parent.name;
  if (api.isStringLiteralLike(expression)) return plain(expression.text);
  return plan.ownerKey(expression);
}

/** `A = class {}`, `A ??= class {}`: a plain name on the left. */
function isNaming(api: SyntaxApi, { left, operatorToken }: ts.BinaryExpression): boolean {
  const { EqualsToken, BarBarEqualsToken, AmpersandAmpersandEqualsToken, QuestionQuestionEqualsToken } = api.SyntaxKind;
  const naming = [EqualsToken, BarBarEqualsToken, AmpersandAmpersandEqualsToken, QuestionQuestionEqualsToken];
  return api.isIdentifier(left) && naming.includes(operatorToken.kind as (typeof naming)[number]);
}

const isNamedHolder = (
  api: SyntaxApi,
  node: ts.Node,
): node is
  | ts.VariableDeclaration
  | ts.PropertyAssignment
  | ts.PropertyDeclaration
  | ts.ParameterDeclaration
  | ts.BindingElement =>
  api.isVariableDeclaration(node) ||
  api.isPropertyAssignment(node) ||
  api.isPropertyDeclaration(node) ||
  api.isParameter(node) ||
  api.isBindingElement(node);

/** `{ get() {} }` → `__cachet.members({ get() {} }, [__cachet$0(), "get"])` */
export function objectMembers(plans: FunctionPlan[], prefix: string): Edit[] {
  const byObject = groupBy(plans, (plan) =>
    plan.fn.attachment.type === "object-member" ? plan.fn.attachment.owner : undefined,
  );
  return [...byObject].map(([node, members]) => {
    const entries = members.map(memberEntry);
    const references = referencesOf(members);
    return {
      type: "wrap-expression",
      node,
      before: `${prefix}.members(`,
      after: `, ${entries.join(", ")})`,
      references,
    };
  });
}

function memberEntry(plan: FunctionPlan): string {
  return `[${plan.descriptor}, ${plan.keyText(keyOf(plan))}${plan.localOptions}]`;
}

/** `{ function inner() {} }` → `{ __cachet.attach(__cachet$1(), inner); function inner() {} }` */
export function blockAttachments(sourceFile: ts.SourceFile, plans: FunctionPlan[], prefix: string): Edit[] {
  const byBlock = groupBy(plans, ({ fn: { attachment } }) =>
    attachment.type === "declaration" && attachment.container !== sourceFile ? attachment.container : undefined,
  );
  return [...byBlock].map(([node, inner]) => {
    const attach = (plan: FunctionPlan) =>
      `${prefix}.attach(${plan.descriptor}, ${(plan.fn.attachment as { name: string }).name}${plan.localOptions});`;
    return { type: "prepend-statements", node, text: inner.map(attach).join(" "), references: referencesOf(inner) };
  });
}

function referencesOf(plans: FunctionPlan[]): Map<string, ts.Identifier> {
  return new Map(plans.flatMap((plan) => (plan.localOptions ? [...plan.fn.options.references] : [])));
}

function groupBy<K, V>(values: V[], keyOf: (value: V) => K | undefined): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
