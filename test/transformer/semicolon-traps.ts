import { M, type Trap, trap } from "./traps.ts";

/** Code that leaves its semicolons to line breaks, and what an insertion on the same line could make of it. */
export const SEMICOLON_TRAPS: Trap[] = [
  ...["(seen.push(1))", "[seen.push(1)]", "`${seen.push(1)}`", "/x/g.test('x')", "+seen.push(1)", "-seen.push(1)"].map(
    (next) =>
      trap(
        `an arrow function without a semicolon before ${next[0]}`,
        `const seen: number[] = []\n${M}\nconst f = (x: number) => { return x }\n${next}\nprobe({ run: () => [f(3), seen] })\nexport {}`,
      ),
  ),
  trap(
    "an arrow function that ends in ++ before a parenthesis",
    `let n = 1\n${M}\nexport const f = () => n++\n(n)\nprobe({ run: () => f() })`,
  ),
  trap(
    "the last of several declarators without a semicolon",
    `${M}\nconst f = (x: number) => { return x }, ${M} g = (x: number) => { return -x }\n[1].forEach(f)\nprobe({ run: () => [f(1), g(2)] })\nexport {}`,
    { marks: 2 },
  ),
  trap(
    "a default export without a semicolon",
    `const a = []\n${M}\nexport default (x) => { return x }\n(a.push(1))\nprobe({ run: () => a })`,
    { extension: "js" },
  ),
  trap(
    "fields without semicolons before a computed name, a generator and a name that is an operator",
    `class A {\n  ${M}\n  a = (x: number) => { return x }\n  ["b"]() { return 2 }\n  ${M}\n  c = () => { return 3 }\n  *d() { yield 4 }\n  ${M}\n  e = () => { return 5 }\n  in = 6\n  ${M}\n  static g = () => { return 7 }\n}\nprobe({ run: () => { const a = new A(); return [a.a(1), a.b(), a.c(), [...a.d()], a.e(), a.in, A.g()] } })\nexport {}`,
    { marks: 4 },
  ),
  trap(
    "a class on one line whose last field has no semicolon",
    `class A { ${M} m() { return 1 } ${M} static s() { return 2 } ${M} #p() { return 3 } p() { return this.#p() } y = {} }\nprobe({ run: () => { const a = new A(); return [a.m(), A.s(), a.p(), a.y] } })\nexport {}`,
    { marks: 3 },
  ),
  trap(
    "a class on one line whose last field is a function",
    `class A { ${M} m() { return 1 } y = () => {} }\nprobe({ run: () => [new A().m()] })\nexport {}`,
  ),
];
