import type ts from "typescript";
import { declaresPromise } from "../2-analyze/option-conflicts.ts";
import type { Edit, HashedFunction, MemberKey, TypeScript } from "../types.ts";
import { featuresText } from "./runtime-features.ts";

/** The edits and names of one cached function. */
export class FunctionPlan {
  readonly api: TypeScript;
  readonly fn: HashedFunction;
  readonly prefix: string;
  /** Call that returns the descriptor: `__cachet$0()`. */
  readonly descriptor: string;
  readonly variable: string;
  readonly keyVariable: string;
  /** `, () => ({ validate })` where the options can only be evaluated beside the function. */
  readonly localOptions: string;

  constructor(api: TypeScript, fn: HashedFunction, prefix: string, index: number) {
    this.api = api;
    this.fn = fn;
    this.prefix = prefix;
    const base = `${prefix}$${index}`;
    this.descriptor = `${base}()`;
    this.variable = `${base}d`;
    this.keyVariable = `${base}k`;
    this.localOptions = fn.options.dynamic.length > 0 && !fn.options.atModuleLevel ? `, ${optionsThunk(fn)}` : "";
  }

  /** `function __cachet$0() { return __cachet$0d ??= __cachet.data({ … }); } var __cachet$0d;` */
  definition(sourceFile: ts.SourceFile): string {
    const { fn, prefix } = this;
    const features = featuresText(fn, prefix);
    const fields = [
      `id: ${JSON.stringify(fn.id)}`,
      `hash: ${JSON.stringify(fn.hash)}`,
      `name: ${JSON.stringify(fn.name)}`,
      `parts: ${JSON.stringify(fn.parts.map((part) => part.label))}`,
      ...(fn.isAsync ? ["async: true"] : isPromisedAndKept(fn) ? ["promised: true"] : []),
      ...(fn.receiver ? [`this: ${JSON.stringify(fn.receiver)}`] : []),
      ...Object.entries(fn.options.static).map(([name, value]) => `${name}: ${literal(value)}`),
      ...(features === undefined ? [] : [`use: ${features}`]),
      ...(fn.options.dynamic.length > 0 && fn.options.atModuleLevel ? [`options: ${optionsThunk(fn)}`] : []),
    ];
    const make = `function ${this.descriptor} { return ${this.variable} ??= ${prefix}.${fn.options.static["copy"] === "freeze" ? "frozen" : fn.kind}({ ${fields.join(", ")} }); }`;
    const computedKey =
      this.computedKey && !isRepeatable(this.api, this.computedKey) ? ` var ${this.keyVariable};` : "";
    return `${make} var ${this.variable}${this.moduleAttachment(sourceFile)};${computedKey}`;
  }

  /** Linked where the module starts: a hoisted function exists before anything can call it. */
  private moduleAttachment(sourceFile: ts.SourceFile): string {
    const { attachment } = this.fn;
    const name =
      attachment.type === "anonymous-default"
        ? this.defaultName
        : attachment.type === "declaration" && attachment.container === sourceFile
          ? attachment.name
          : undefined;
    if (name === undefined) return "";
    const rename = attachment.type === "anonymous-default" ? `${this.prefix}.named(${name}, "default")` : name;
    return ` = /* @__PURE__ */ ${this.prefix}.attach(${this.descriptor}, ${rename})`;
  }

  get defaultName(): string {
    return `${this.prefix}$default`;
  }

  edits(): Edit[] {
    const { fn } = this;
    const edits: Edit[] = [...this.awaitEdits(), this.wrapBody()];
    const { attachment } = fn;
    if (attachment.type === "anonymous-default") {
      edits.push({ type: "name-function", node: fn.node as ts.FunctionDeclaration, name: this.defaultName });
    } else if (attachment.type === "expression") {
      const name = attachment.computed ? this.keyText(attachment.computed) : JSON.stringify(attachment.name ?? "");
      const before = `${this.prefix}.fn(${this.descriptor}, ${name}, `;
      const references = fn.options.references;
      edits.push({
        type: "wrap-expression",
        node: fn.node as ts.Expression,
        before,
        after: `${this.localOptions})`,
        pure: true,
        references,
      });
    }
    if (this.computedKey && !isRepeatable(this.api, this.computedKey)) {
      edits.push({ type: "wrap-expression", node: this.computedKey, before: `${this.keyVariable} = (`, after: ")" });
    }
    return edits;
  }

  /** `function f(x) { body }` → `function f(x) { const v = get1(x); return v !== MISS ? v : run([x], () => { body }); }` */
  private wrapBody(): Edit {
    const { fn, prefix } = this;
    const keep = fn.redeclared.map((name) => `const ${prefix}$p_${name} = ${name}; `).join("");
    const restore = fn.redeclared.map((name) => `var ${name} = ${prefix}$p_${name}; `).join("");
    const [open, close] = this.bodyFrame(restore);
    const inner = `${fn.isAsync ? "async " : ""}(${fn.awaits.length > 0 ? this.context : ""}) => ${open}`;
    const isShown = fn.kind === "element" || fn.kind === "widget";
    const before = `${keep}${isShown ? this.showCall(inner) : this.cachedCall(inner)}`;
    const after = `${close}${!isShown && fn.callArguments ? `, ${fn.callArguments}` : ""});`;
    return { type: "wrap-body", node: fn.node.body as ts.ConciseBody, before, after };
  }

  /**
   * What stands around the body inside its closure: `() => { var x = p; <body> }`. In a page an async body also ends
   * its turn as the current run whenever it stops, since nothing there carries a context across `await`.
   */
  private bodyFrame(restore: string): [open: string, close: string] {
    const { fn, prefix } = this;
    if (fn.awaits.length === 0) return restore ? [`{ ${restore}`, "}"] : ["", ""];
    const isBlock = this.api.isBlock(fn.node.body as ts.ConciseBody);
    return [
      `{ ${restore}try { ${isBlock ? "" : "return "}`,
      `${isBlock ? "" : ";"} } finally { ${prefix}.leave(); } }`,
    ];
  }

  /** `await e` → `__cachet.resumed(await __cachet.hold(context, e))`: the run is current again when the body goes on. */
  private awaitEdits(): Edit[] {
    const { fn, prefix } = this;
    return fn.awaits.flatMap((node): Edit[] => [
      { type: "wrap-expression", node: node.expression, before: `${prefix}.hold(${this.context}, `, after: ")" },
      { type: "wrap-expression", node, before: `${prefix}.resumed(`, after: ")" },
    ]);
  }

  private get context(): string {
    return `${this.prefix}$c`;
  }

  private cachedCall(inner: string): string {
    const { fn, prefix } = this;
    const texts = fn.parts.map((part) => part.text);
    const list = texts.join(", ");
    const view = fn.receiver === "identity" ? `${this.descriptor}.of(this)` : this.descriptor;
    const get = texts.length <= 3 ? `get${texts.length}(${list})` : `getN([${list}])`;
    const value = `${prefix}$v`;
    return `const ${value} = ${view}.${get}; return ${value} !== ${prefix}.MISS ? ${value} : ${view}.run([${list}], ${inner}`;
  }

  /** Elements and widgets are called again on a hit, so the runtime sees the whole call. */
  private showCall(inner: string): string {
    const receiver = this.fn.receiver ? "this" : "undefined";
    return `return ${this.descriptor}.call(${receiver}, ${this.fn.callArguments}, ${inner}`;
  }

  /** The expression of `[expression]() {}` or `[expression]: () => …`. */
  get computedKey(): ts.Expression | undefined {
    const { attachment } = this.fn;
    if (attachment.type === "expression") return attachment.computed;
    return "key" in attachment && attachment.key.type === "computed" ? attachment.key.expression : undefined;
  }

  keyText(key: ts.Expression | MemberKey): string {
    if ("type" in key)
      return key.type === "computed" ? this.keyText(key.expression) : JSON.stringify((key as { name: string }).name);
    return isRepeatable(this.api, key) ? key.getText() : this.keyVariable;
  }
}

/** `Symbol.iterator` and literals give the same value twice; anything else is evaluated once and kept. */
function isRepeatable(api: TypeScript, key: ts.Expression): boolean {
  if (api.isNumericLiteral(key)) return true;
  return api.isPropertyAccessExpression(key) && api.isIdentifier(key.expression) && key.expression.text === "Symbol";
}

function literal(value: unknown): string {
  return value === Number.POSITIVE_INFINITY ? "Infinity" : JSON.stringify(value);
}

/** A durable store may answer later where the declared type says that callers wait anyway. */
function isPromisedAndKept({ node, options }: HashedFunction): boolean {
  const persists = options.static["persist"] || options.dynamic.some(({ name }) => name === "persist");
  return Boolean(persists) && declaresPromise(node);
}

function optionsThunk({ options }: HashedFunction): string {
  return `() => ({ ${options.dynamic.map(({ name, text }) => `${name}: ${text}`).join(", ")} })`;
}
