import type ts from "typescript";
import type { Edit, MemberKey, TypeScript } from "../types.ts";
import type { FunctionPlan } from "./function-edits.ts";

/** `class A { get() {} }` → `class A { get() {} static { __cachet.members(this.prototype, [__cachet$0(), "get"]); } }` */
export function classMembers(plans: FunctionPlan[], prefix: string): Edit[] {
  const byClass = groupBy(plans, (plan) =>
    plan.fn.attachment.type === "class-member" ? plan.fn.attachment.owner : undefined,
  );
  return [...byClass].map(([node, members]) => ({
    type: "append-members",
    node,
    text: members.map((plan) => classMember(plan, prefix)).join(" "),
    references: referencesOf(members),
  }));
}

function classMember(plan: FunctionPlan, prefix: string): string {
  const { attachment } = plan.fn;
  if (attachment.type !== "class-member") return "";
  const { key, isStatic, owner } = attachment;
  const self = ownReference(plan.api, owner);
  if (key.type === "private") {
    // A private method is on no prototype: only an instance can show it.
    const holder = isStatic ? self.replace("?", "") : "this";
    const attach = `${prefix}.attach(${plan.descriptor}, ${holder}.${key.name}${plan.localOptions})`;
    return isStatic ? `static { ${self === "this?" ? "this && " : ""}${attach}; }` : `#${plan.variable} = ${attach};`;
  }
  const holder = isStatic ? self.replace("?", "") : `${self}.prototype`;
  return `static { ${prefix}.members(${holder}, ${memberEntry(plan, key)}); }`;
}

/**
 * How a static block names its class. TypeScript compiles `this` there to `undefined` in a class with experimental
 * decorators, for targets that have no static blocks.
 */
function ownReference(api: TypeScript, owner: ts.ClassLikeDeclaration): string {
  if (!owner.modifiers?.some(api.isDecorator)) return "this";
  return owner.name?.text ?? "this?";
}

/** `{ get() {} }` → `__cachet.members({ get() {} }, [__cachet$0(), "get"])` */
export function objectMembers(plans: FunctionPlan[], prefix: string): Edit[] {
  const byObject = groupBy(plans, (plan) =>
    plan.fn.attachment.type === "object-member" ? plan.fn.attachment.owner : undefined,
  );
  return [...byObject].map(([node, members]) => {
    const entries = members.map((plan) => memberEntry(plan, (plan.fn.attachment as { key: MemberKey }).key));
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

function memberEntry(plan: FunctionPlan, key: MemberKey): string {
  return `[${plan.descriptor}, ${plan.keyText(key)}${plan.localOptions}]`;
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
