import type ts from "typescript";
import { knownName } from "../2-analyze/late-options.ts";
import type { Binding, Scopes } from "../syntax/scopes.ts";
import type { Edit, HashedFunction, KeyPart, MemberKey, SyntaxApi } from "../types.ts";
import { featuresOf, featuresText } from "./runtime-features.ts";

const ENVIRONMENT = "process.env.";

/** The edits and names of one cached function. */
export class FunctionPlan {
  readonly api: SyntaxApi;
  readonly fn: HashedFunction;
  readonly prefix: string;
  /** Call that returns the descriptor: `__cachet$0()`. */
  readonly descriptor: string;
  readonly variable: string;
  readonly keyVariable: string;
  /** `, () => ({ validate })` where the options can only be evaluated beside the function. */
  readonly localOptions: string;

  /** Whether the body reads what its class inherits. */
  private readonly usesSuper: boolean;
  /** Whether it may give a stream and be given a signal. */
  private readonly mayHeed: boolean;
  /** Whether `process` means something else inside the function. */
  private readonly hidesProcess: boolean;
  /** More variables of the module. */
  private readonly variables: string[] = [];

  constructor(api: SyntaxApi, fn: HashedFunction, scopes: Scopes, prefix: string, index: number) {
    this.api = api;
    this.hidesProcess = isHidden(api, scopes.resolve("process", fn.node.body as ts.ConciseBody));
    this.usesSuper = scopes.usesSuper(fn.node);
    const features = featuresOf(fn);
    this.mayHeed = features.has("streams") && features.has("abort");
    this.fn = fn;
    this.prefix = prefix;
    const base = `${prefix}$${index}`;
    this.descriptor = `${base}()`;
    this.variable = `${base}d`;
    this.keyVariable = `${base}k`;
    this.localOptions =
      fn.options.dynamic.length > 0 && !fn.options.atModuleLevel ? `, ${optionsThunk(fn, prefix)}` : "";
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
      ...(fn.standsAlone ? ["alone: true"] : []),
      ...(fn.isPerInstance ? ["perInstance: true"] : []),
      ...(fn.code ? [`code: ${JSON.stringify(fn.code)}`] : []),
      ...(fn.receiver ? [`this: ${JSON.stringify(fn.receiver)}`] : []),
      ...Object.entries(fn.options.static).map(([name, value]) => `${name}: ${literal(value)}`),
      ...(features === undefined ? [] : [`use: ${features}`]),
      ...(fn.classes.length > 0 ? [`classes: ${prefix}.classes(${prefix}$c)`] : []),
      ...(fn.options.dynamic.length > 0 && fn.options.atModuleLevel ? [`options: ${optionsThunk(fn, prefix)}`] : []),
    ];
    const make = `function ${this.descriptor} { return ${this.variable} ??= ${prefix}.${makerOf(fn)}({ ${fields.join(", ")} }); }`;
    const computedKey = this.computedKey && !isRepeatable(this.api, this.computedKey) ? [this.keyVariable] : [];
    const more = [...computedKey, ...this.variables].map((name) => ` var ${name};`).join("");
    return `${make} var ${this.variable}${this.moduleAttachment(sourceFile)};${more}`;
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
    if (fn.isGenerator) edits.push({ type: "make-plain", node: fn.node, usesSuper: this.usesSuper });
    const { attachment } = fn;
    if (attachment.type === "anonymous-default") {
      edits.push({ type: "name-declaration", node: fn.node as ts.FunctionDeclaration, name: this.defaultName });
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

  /**
   * `function f(x) { body }` → `function f(x) { const v = get1(x); if (v !== MISS) return v; let b; return b = () => { body }, run([x], b); }`
   *
   * Once a compiler has printed this, no statement and no branch of it starts on a line that the user's code is on, or
   * the one call that a stack shows: coverage tools find no place for them and count none.
   */
  private wrapBody(): Edit {
    const { fn, prefix } = this;
    const keep = fn.redeclared.map((name) => `const ${prefix}$p_${name} = ${name}; `).join("");
    const restore = fn.redeclared.map((name) => `var ${name} = ${prefix}$p_${name}; `).join("");
    const [open, close] = this.bodyFrame(restore + this.ownSignals);
    const isCached = fn.kind === "data" || fn.kind === "resource";
    const body = `${prefix}$b`;
    const parameter = fn.awaits.length > 0 || fn.signals.length > 0 ? this.context : "";
    const [start, end] = this.closure;
    const before = `${keep}${isCached ? this.lookup : ""}let ${body}; return ${body} = ${start(parameter)}${open}`;
    const after = `${close}${end}, ${isCached ? this.cachedCall(body) : this.wholeCall(body)};`;
    return { type: "wrap-body", node: fn.node.body as ts.ConciseBody, before, after };
  }

  /**
   * What the body becomes: an arrow function, which shares `this`, `arguments` and `super` with the function around it. No arrow
   * function can hold a `yield`, so a generator stands in one and is handed the first two; for `super` it is the method of an
   * object whose prototype reads through the function around it.
   */
  private get closure(): [start: (parameter: string) => string, end: string] {
    const { fn, prefix, usesSuper } = this;
    if (!fn.isGenerator) return [(parameter) => `${fn.isAsync ? "async " : ""}(${parameter}) => `, ""];
    const call = ".apply(this, arguments)";
    if (!usesSuper) return [(parameter) => `(${parameter}) => (async function* () { `, ` })${call}`];
    const key = `${prefix}$n`;
    const parent = `${prefix}.parent((${key}) => super[${key}], (${key}, ${prefix}$w) => super[${key}] = ${prefix}$w)`;
    return [(parameter) => `(${parameter}) => ({ __proto__: ${parent}, async *m() { `, ` } }).m${call}`];
  }

  /**
   * What stands around the body inside its closure: `() => { var x = p; <body> }`, with what comes first. In a page an async body also ends
   * its turn as the current run whenever it stops, since nothing there carries a context across `await`.
   */
  private bodyFrame(first: string): [open: string, close: string] {
    const { fn, prefix } = this;
    if (fn.awaits.length === 0) return first ? [`{ ${first}`, " }"] : ["", ""];
    return [`{ ${first}try `, ` finally { ${prefix}.leave(); } }`];
  }

  /** `signal = __cachet.ownSignal(context, signal); `: the body hears of its run, and not of its first caller. */
  private get ownSignals(): string {
    const { fn, prefix } = this;
    const own = (name: string, more = "") => `${name} = ${prefix}.ownSignal(${this.context}, ${name}${more}); `;
    const texts = fn.signals.map(({ name, holds }) =>
      holds === "items"
        ? `${prefix}.ownSignals(${this.context}, ${name}); `
        : own(name, holds === "signal" ? ", true" : ""),
    );
    return texts.join("");
  }

  /**
   * `await e` → `__cachet.resumed(await __cachet.hold(context, e))`: the run is current again when the body goes on.
   * `for await (x of e)` → `for await (x of __cachet.holdEach(context, e))`: the same for each step.
   * `yield e` → `yield __cachet.leave(e)`: whoever reads the stream makes it the current one before the body goes on.
   */
  private awaitEdits(): Edit[] {
    const { api, fn, prefix } = this;
    const wrap = (node: ts.Expression, before: string): Edit => ({ type: "wrap-expression", node, before, after: ")" });
    return fn.awaits.flatMap((node): Edit[] => {
      if (api.isForOfStatement(node)) return [wrap(node.expression, `${prefix}.holdEach(${this.context}, `)];
      if (!api.isYieldExpression(node))
        return [wrap(node.expression, `${prefix}.hold(${this.context}, `), wrap(node, `${prefix}.resumed(`)];
      return [node.expression ? wrap(node.expression, `${prefix}.leave(`) : wrap(node, `(${prefix}.leave(), `)];
    });
  }

  private get context(): string {
    return `${this.prefix}$c`;
  }

  private get keyList(): string {
    return this.fn.parts.map((part) => this.partText(part)).join(", ");
  }

  /** Where a parameter or a variable of the file is called `process`, the runtime reads the environment. */
  private partText({ label, text, from }: KeyPart): string {
    if (from === "key") return `${this.prefix}.keyed(${this.descriptor}, ${text})`;
    if (from === "context") return `${this.prefix}.contextOf(${this.descriptor})`;
    const variable = label.startsWith(ENVIRONMENT) && this.hidesProcess ? label.slice(ENVIRONMENT.length) : undefined;
    return variable === undefined ? text : `${this.prefix}.environment(${JSON.stringify(variable)})`;
  }

  private get view(): string {
    const { descriptor, prefix } = this;
    const instance = this.fn.receiver === "identity" ? "this" : undefined;
    if (this.fn.options.dynamic.some(({ name }) => name === "scope"))
      return `${descriptor}.of(${prefix}.scoped(${descriptor}${instance ? `, ${instance}` : ""}))`;
    return instance ? `${descriptor}.of(${instance})` : descriptor;
  }

  private get lookup(): string {
    const { fn, keyList } = this;
    const arity = fn.parts.length;
    if (this.isKeyMade) return `const ${this.key} = [${keyList}]; ${this.found(`getN(${this.key})`)}`;
    const get = arity <= 3 ? `get${arity}(${keyList})` : `getN([${keyList}])`;
    return this.found(get);
  }

  private found(get: string): string {
    const value = `${this.prefix}$v`;
    return `const ${value} = ${this.view}.${get}; if (${value} !== ${this.prefix}.MISS) return ${this.heeding(value)}; `;
  }

  /** True where options give key parts: their functions are called once for each call. */
  private get isKeyMade(): boolean {
    return this.fn.parts.some(({ from }) => from !== undefined);
  }

  private get key(): string {
    return `${this.prefix}$k`;
  }

  private cachedCall(body: string): string {
    const { callArguments } = this.fn;
    const parts = this.isKeyMade ? `...${this.key}` : this.keyList;
    return this.heeding(`${this.view}.run([${parts}], ${body}${callArguments ? `, ${callArguments}` : ""})`);
  }

  /** Whoever reads a stream stops when the signal of his call aborts. */
  private heeding(result: string): string {
    const { fn, prefix } = this;
    const args = this.isKeyMade ? this.key : `[${this.keyList}]`;
    return this.mayHeed ? `${prefix}.heed(${fn.callArguments ?? args}, ${result})` : result;
  }

  /** Elements and widgets are called again on a hit, and what clears is asked by the arguments: the runtime sees the whole call. */
  private wholeCall(body: string): string {
    return `${this.descriptor}.call(${this.fn.receiver ? "this" : "void 0"}, ${this.fn.callArguments}, ${body})`;
  }

  /** The expression of `[expression]() {}` or `[expression]: () => …`. */
  get computedKey(): ts.Expression | undefined {
    const { attachment } = this.fn;
    if (attachment.type === "expression") return attachment.computed;
    return "key" in attachment && attachment.key.type === "computed" ? attachment.key.expression : undefined;
  }

  /** The computed key of the property that holds a method's class, and what makes it readable twice. */
  ownerKey(key: ts.Expression): { name: string; edits: Edit[] } {
    if (isRepeatable(this.api, key)) return { name: key.getText(), edits: [] };
    const name = `${this.keyVariable}o`;
    this.variables.push(name);
    return { name, edits: [{ type: "wrap-expression", node: key, before: `${name} = (`, after: ")" }] };
  }

  keyText(key: ts.Expression | MemberKey): string {
    if ("type" in key)
      return key.type === "computed" ? this.keyText(key.expression) : JSON.stringify((key as { name: string }).name);
    return isRepeatable(this.api, key) ? key.getText() : this.keyVariable;
  }
}

/** `Symbol.iterator` and literals give the same value twice; anything else is evaluated once and kept. */
function isRepeatable(api: SyntaxApi, key: ts.Expression): boolean {
  if (api.isNumericLiteral(key)) return true;
  return api.isPropertyAccessExpression(key) && api.isIdentifier(key.expression) && key.expression.text === "Symbol";
}

/** An import of Node's own module and a `declare` give the name no other meaning. */
function isHidden(api: SyntaxApi, binding: Binding | undefined): boolean {
  if (!binding || /^(?:node:)?process$/.test(binding.import?.specifier ?? "")) return false;
  for (let node: ts.Node = binding.declaration; !api.isSourceFile(node); node = node.parent) {
    const modifiers = api.canHaveModifiers(node) ? api.getModifiers(node) : undefined;
    if (modifiers?.some(({ kind }) => kind === api.SyntaxKind.DeclareKeyword)) return false;
  }
  return true;
}

/** The member of the runtime that makes the descriptor. */
function makerOf({ kind, isGenerator, options }: HashedFunction): string {
  const isFrozen = options.static["copy"] === "freeze";
  if (isGenerator) return isFrozen ? "frozenGenerator" : "generator";
  return isFrozen ? "frozen" : kind;
}

function literal(value: unknown): string {
  if (typeof value !== "object" || value === null)
    return value === Number.POSITIVE_INFINITY ? "1 / 0" : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  const fields = Object.entries(value).map(([name, item]) => `${name}: ${literal(item)}`);
  return `{ ${fields.join(", ")} }`;
}

/** A durable store may answer later where the declared type says that callers wait anyway. */
function isPromisedAndKept({ isPromised, options }: HashedFunction): boolean {
  const persists = options.static["persist"] || options.dynamic.some(({ name }) => name === "persist");
  return Boolean(persists) && isPromised;
}

function optionsThunk({ options }: HashedFunction, prefix: string): string {
  const values = `({ ${options.dynamic.map(({ name, text }) => `${name}: ${text}`).join(", ")} })`;
  return options.mayBeEarly ? `${prefix}.late((${knownName(prefix)}) => ${values})` : `() => ${values}`;
}
