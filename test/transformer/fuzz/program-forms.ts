/** Kinds of values, by what can be done with them. */
export type Thing = "object" | "empty" | "list" | "map" | "class" | "closure" | "variable" | "function" | "constant";

/** Declarations: `O` is the name, each `L` another literal. */
export const THINGS: Record<Thing, readonly string[]> = {
  object: [
    "const O: any = { x: L, own: { x: L }, list: [L] };",
    "const O: any = { ...{ x: L, own: { x: L } }, list: [L] };",
    "const O: any = Object.assign({ x: L, own: { x: L } }, { list: [L] });",
    'const O: any = JSON.parse(\'{ "x": L, "own": { "x": L }, "list": [L] }\');',
    "const O: any = (() => ({ x: L, own: { x: L }, list: [L] }))();",
    "const O: any = new (class { x = L; own = { x: L }; list = [L]; })();",
    "let O: any = { x: L, own: { x: L }, list: [L] };",
  ],
  empty: ["const O: any = {};", "const O: any = Object.create(null);", "const O: any = new (class {})();"],
  list: ["const O: any = [{ x: L }, { x: L }];", "const O: any = Array.from([1, 2], () => ({ x: L }));"],
  map: ["const O: any = new Map([['x', { x: L }]]);", "const O: any = new Map(); O.set('x', { x: L });"],
  class: [
    "class O { static x = L; static own = { x: L }; y = L; get() { return this.y; } }",
    "const O: any = class { static x = L; static own = { x: L }; y = L; get() { return this.y; } };",
  ],
  closure: [
    "const O: any = (() => { let v = L; return { set(n: any) { v = n; }, get x() { return v; } }; })();",
    "function make$O() { let v = L; return { set(n: any) { v = n; }, get x() { return v; } }; } const O: any = make$O();",
    "const O: any = new (class { #v = L; set(n: any) { this.#v = n; } get x() { return this.#v; } })();",
  ],
  variable: ["let O: any = L;", "var O: any = L;"],
  function: ["function O(): any { return L; }", "const O: any = () => L;"],
  constant: [
    "const O = L;",
    "enum O$ { A = L } const O = O$.A;",
    "const O = [L, L][0];",
    "const O = ((a: number) => a + L)(L);",
  ],
};

const ON_OBJECT = [
  "O.x = L;",
  'O["x"] = L;',
  "Object.assign(O, { x: L });",
  "Object\n.assign(O!, { x: L });",
  'Object["assign"](O, { x: L });',
  'Object.defineProperty(O, "x", { value: L });',
  "Object.defineProperties(O, { x: { value: L } });",
  'Reflect.set(O, "x", L);',
  "({ x: O.x } = { x: L });",
  "[O.x] = [L];",
  "for (O.x of [L]);",
  "O.x ??= L; O.x += L;",
  "(O as any).x = L;",
  "O!.x = L;",
  "if (O) O.x = L;",
  "O && (O.x = L);",
  "void (O.x = L);",
  "Object.setPrototypeOf(O, { added: L }); O.x = O.added;",
  "O.__proto__ = { added: L }; O.x = O.added;",
  "try { O.x = L; } finally {}",
  "{ const { assign } = Object; assign(O, { x: L }); }",
  "{ const key = 'x'; O[key] = L; }",
  "delete O.x;",
];
const ON_OWN = [
  "O.own.x = L;",
  "O.own = { x: L };",
  "Object.assign(O.own, { x: L });",
  "const { own } = O; own.x = L;",
];

/** What changes a value; `O` stands for an expression of it. */
export const CHANGES: Record<Thing, readonly string[]> = {
  object: [
    ...ON_OBJECT,
    ...ON_OWN.map((text) => `{ ${text} }`),
    "O.list.push(L);",
    "O.list[0] = L;",
    "O.list.length = 0;",
  ],
  empty: ON_OBJECT,
  list: [
    "O.push({ x: L });",
    "O[0].x = L;",
    "O.unshift({ x: L });",
    "O.splice(0, 1);",
    "O.reverse();",
    "for (const e of O) e.x = L;",
    "O.forEach((e: any) => { e.x = L; });",
    "O.map((e: any) => (e.x = L));",
    "O.at(0).x = L;",
    "O.length = 1;",
    "O.sort((a: any, b: any) => b.x - a.x);",
    "[...O][0].x = L;",
    "O.find(() => true).x = L;",
  ],
  map: [
    "O.set('x', { x: L });",
    "O.get('x').x = L;",
    "O.delete('x');",
    "O.clear();",
    "for (const [, v] of O) v.x = L;",
    "O.forEach((v: any) => { v.x = L; });",
    "[...O.values()][0].x = L;",
    "O['set']('x', { x: L });",
    "Map.prototype.set.call(O, 'x', { x: L });",
  ],
  class: [
    "O.x = L;",
    "O.own.x = L;",
    "O.prototype.get = () => L;",
    "Object.assign(O.prototype, { get: () => L });",
    "Object.defineProperty(O.prototype, 'get', { value: () => L });",
    "O.prototype['get'] = function () { return L; };",
  ],
  closure: [
    "O.set(L);",
    "O['set'](L);",
    "O.set.call(O, L);",
    "{ const a = O; a.set(L); }",
    "Reflect.apply(O.set, O, [L]);",
  ],
  variable: ["O = L;", "O += L;", "O++;", "[O] = [L];", "({ a: O } = { a: L });", "for (O of [L]);", "O ||= L;"],
  function: ["O.x = L;", "Object.assign(O, { x: L });", "O.prototype && (O.prototype.x = L);"],
  constant: ["void L;"],
};

const OF_OBJECT = [
  "O.x",
  'O["x"]',
  "(({ x }: any) => x)(O)",
  "Object.entries(O)",
  "JSON.stringify(O)",
  "{ ...O }",
  "(O as any)?.x",
  "Reflect.get(O, 'x')",
  "`${O.x}`",
];

export const READS: Record<Thing, readonly string[]> = {
  object: [...OF_OBJECT, "O.own.x", "O.list[0]", "O.list.length", "O.list"],
  empty: OF_OBJECT,
  list: ["O[0].x", "O.length", "O.map((e: any) => e.x)", "[...O]", "O.at(-1)", "O"],
  map: ["O.get('x')?.x", "O.size", "[...O]", "[...O.values()].map((e: any) => e.x)"],
  class: ["O.x", "(O as any).own.x", "new O().get()", "new O().y", "new (class extends O {})().get()", "[new O()]"],
  closure: ["O.x", "O['x']", "(({ x }: any) => x)(O)"],
  variable: ["O", "O + 1", "[O]"],
  function: ["O()", "(O as any).x", "[0].map(O)", "O.call(null)"],
  constant: ["O", "O + 1"],
};

export interface Change {
  /** An expression of what is changed. */
  target: string;
  /** Two names that nothing uses yet. */
  name: string;
  other: string;
  /** The statement that changes what an expression stands for. */
  apply(expression: string): string;
}

/** The ways in which code comes to a change. The first ones need no other name for the value. */
export const WAYS: readonly ((change: Change) => string | { here: string; elsewhere: string })[] = [
  ({ target, apply }) => apply(target),
  ({ target, name, apply }) => `function ${name}() { ${apply(target)} } ${name}();`,
  ({ target, name, apply }) => `const ${name} = () => { ${apply(target)} }; ${name}();`,
  ({ target, apply }) => `(() => { ${apply(target)} })();`,
  ({ target, name, apply }) => `class ${name} { static { ${apply(target)} } }`,
  ({ target, apply }) => `[0].forEach(() => { ${apply(target)} });`,
  ({ target, name, other, apply }) =>
    `function ${other}() { ${apply(target)} } function ${name}() { ${other}(); } ${name}();`,
  ({ target, name, apply }) => `const ${name} = { run() { ${apply(target)} } }; ${name}.run();`,
  ({ target, name, apply }) => `const ${name}: any = ${target}; ${apply(name)}`,
  ({ target, name, apply }) => `let ${name}: any; ${name} = ${target}; ${apply(name)}`,
  ({ target, name, apply }) => `function ${name}(p: any) { ${apply("p")} } ${name}(${target});`,
  ({ target, name, apply }) => `function ${name}(...p: any[]) { ${apply("p[0]")} } ${name}(${target});`,
  ({ target, name, apply }) => `function ${name}({ p }: any) { ${apply("p")} } ${name}({ p: ${target} });`,
  ({ target, name, apply }) => `const ${name} = (p: any = ${target}) => { ${apply("p")} }; ${name}();`,
  ({ target, apply }) => `for (const e of [${target}] as any[]) { ${apply("e")} }`,
  ({ target, apply }) => `[${target}].forEach((e: any) => { ${apply("e")} });`,
  ({ target, name, apply }) => `const ${name}: any = { it: ${target} }; ${apply(`${name}.it`)}`,
  ({ target, name, apply }) => `const ${name}: any = [${target}]; ${apply(`${name}[0]`)}`,
  ({ target, name, apply }) => `const ${name}: any = new Map([["k", ${target}]]); ${apply(`${name}.get("k")`)}`,
  ({ target, name, apply }) => `const ${name}: any = ${target} ? ${target} : {}; ${apply(name)}`,
  ({ target, name, apply }) => `const ${name}: any = ${target} || {}; ${apply(name)}`,
  ({ target, name, apply }) => `const { ${name} }: any = { ${name}: ${target} }; ${apply(name)}`,
  ({ target, name, apply }) => `const [${name}]: any = [${target}]; ${apply(name)}`,
  ({ target, name, apply }) => `const ${name} = (): any => ${target}; ${apply(`${name}()`)}`,
  ({ target, name, apply }) => `function ${name}(): any { return ${target}; } ${apply(`${name}()`)}`,
  ({ target, name, apply }) => `class ${name} { run(p: any) { ${apply("p")} } } new ${name}().run(${target});`,
  ({ target, name, apply }) => `class ${name} { constructor(p: any) { ${apply("p")} } } new ${name}(${target});`,
  ({ target, name, apply }) => `class ${name} { static run(p: any) { ${apply("p")} } } ${name}.run(${target});`,
  ({ target, name, apply }) =>
    `class ${name} { constructor(private p: any) {} run() { const it = this.p; ${apply("it")} } } new ${name}(${target}).run();`,
  ({ target, name, apply }) =>
    `function ${name}(this: any) { const it = this; ${apply("it")} } ${name}.call(${target});`,
  ({ target, name, apply }) => `function ${name}(p: any) { ${apply("p")} } ${name}.call(null, ${target});`,
  ({ target, name, apply }) => `function ${name}(p: any) { ${apply("p")} } ${name}.apply(null, [${target}]);`,
  ({ target, name, apply }) => `function ${name}(p: any) { ${apply("p")} } ${name}.bind(null, ${target})();`,
  ({ target, name, apply }) => `function ${name}(p: any) { ${apply("p")} } Reflect.apply(${name}, null, [${target}]);`,
  ({ target, name, other, apply }) =>
    `function ${name}(p: any) { ${apply("p")} } const ${other} = ${name}.bind(null, ${target}); ${other}();`,
  ({ target, name, other, apply }) =>
    `const ${name} = (p: any) => () => { ${apply("p")} }; const ${other} = ${name}(${target}); ${other}();`,
  ({ target, apply }) => `[0].reduce((p: any) => { ${apply("p")} return p; }, ${target});`,
  ({ target, name, apply }) => `function ${name}(_: any, p: any) { ${apply("p")} } ${name}\`a\${${target}}\`;`,
  ({ target, name, apply }) =>
    `function* ${name}(): any { yield ${target}; } for (const e of ${name}()) { ${apply("e")} }`,
  ({ target, name, apply }) => `const ${name}: any = { set v(p: any) { ${apply("p")} } }; ${name}.v = ${target};`,
  ({ target, name, apply }) =>
    `const ${name}: any = { p: ${target}, run() { const it = this.p; ${apply("it")} } }; ${name}.run();`,
  ({ target, name, apply }) => `const ${name}: any = { run: (p: any) => { ${apply("p")} } }; ${name}.run(${target});`,
  ({ target, name, apply }) => `const ${name}: any = { it: null }; ${name}.it = ${target}; ${apply(`${name}.it`)}`,
  ({ target, name, apply }) => `const ${name}: any[] = []; ${name}.push(${target}); ${apply(`${name}[0]`)}`,
  ({ target, apply }) => `Promise.resolve(${target}).then((p: any) => { ${apply("p")} }).catch(() => {});`,
  ({ target, apply }) => `queueMicrotask(() => { try { ${apply(target)} } catch {} });`,
  ({ target, name, apply }) =>
    `(async () => { const ${name}: any = await ${target}; ${apply(name)} })().catch(() => {});`,
  ({ target, name, apply }) => `namespace ${name} { const it: any = ${target}; ${apply("it")} export const done = 1; }`,
  ({ target, name, apply }) => `export const ${name} = ((p: any) => { ${apply("p")} return p; })(${target});`,
  ({ target, name, apply }) => `switch (1) { case 1: { const ${name}: any = ${target}; ${apply(name)} } }`,
  ({ target, name, other, apply }) =>
    `function ${name}(p: any) { ${apply("p")} } function ${other}(f: any) { f(${target}); } ${other}(${name});`,
  ({ target, name, other, apply }) =>
    `const ${name} = (p: any) => { ${apply("p")} }; const ${other}: any = ${name}; ${other}(${target});`,
  ({ target, name, apply }) => ({
    here: `${name}(${target});`,
    elsewhere: `export function ${name}(p: any) { ${apply("p")} }`,
  }),
  ({ target, name, apply }) => ({
    here: `${name}.run(${target});`,
    elsewhere: `export const ${name} = { run(p: any) { ${apply("p")} } };`,
  }),
  ({ target, name, apply }) => ({
    here: `new ${name}(${target});`,
    elsewhere: `export class ${name} { constructor(p: any) { ${apply("p")} } }`,
  }),
  ({ target, name, apply }) => ({
    here: `${name}(() => ${target});`,
    elsewhere: `export const ${name} = (get: any) => { const p = get(); ${apply("p")} };`,
  }),
  ({ target, name, apply }) => ({
    here: `export const ${name}Done: any = ${name}(${target});`,
    elsewhere: `export function ${name}(p: any) { ${apply("p")} return p; }`,
  }),
];
