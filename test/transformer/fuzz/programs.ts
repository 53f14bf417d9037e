import { OUTSIDE } from "./outside-forms.ts";
import { CHANGES, READS, THINGS, type Thing, WAYS } from "./program-forms.ts";

/** Text files by path. `main.ts` exports `load`, whose result depends on much of them; `load` is what is cached. */
export type Program = Record<string, string>;

type Random = () => number;

/** A program with an edit. */
export interface Edited {
  before: Program;
  after: Program;
  what: string;
}

/**
 * Small programs of a few files, put together at random from the forms in which code hands values on, changes them when
 * it is evaluated, and reads them. Modules import only those with a higher number, so that there are no cycles.
 */
export function createProgram(random: Random): Program {
  const writer = new Writer(random);
  const reads: string[] = [];
  for (let count = 1 + writer.upTo(3); count > 0; count--) {
    reads.push(writer.upTo(4) === 0 ? writer.outside() : writer.thing());
  }
  writer.load(reads);
  return writer.files();
}

/** Changes one literal, or takes one statement away. */
export function editProgram(program: Program, random: Random): Edited {
  const files = Object.keys(program).filter((file) => /\b1\d{3}\b/.test(program[file] as string));
  const file = files[Math.floor(random() * files.length)];
  if (file !== undefined) {
    const text = program[file] as string;
    const statements = text.split("\n").filter((line) => line.endsWith("/* may go */"));
    if (statements.length > 0 && random() < 0.2) {
      const line = statements[Math.floor(random() * statements.length)] as string;
      return {
        before: program,
        after: { ...program, [file]: text.replace(line, "") },
        what: `${file}: without ${line}`,
      };
    }
    const literals = text.match(/\b1\d{3}\b/g) ?? [];
    const literal = literals[Math.floor(random() * literals.length)] as string;
    const edited = { ...program, [file]: text.replaceAll(literal, `7${literal.slice(1)}`) };
    return { before: program, after: edited, what: `${file}: ${literal} is 7${literal.slice(1)}` };
  }
  return { before: program, after: program, what: "nothing" };
}

/** Puts an expression where a form has a place for it. */
function fill(form: string, place: "O" | "N" | "X", text: string): string {
  return form.replace(new RegExp(`\\b${place}\\b`, "g"), () => text);
}

interface Exported {
  module: string;
  name: string;
  /** How it is exported: by name, or as the default. */
  isDefault: boolean;
}

class Writer {
  readonly #random: Random;
  readonly #imports = new Map<string, string[]>();
  readonly #bodies = new Map<string, string[]>();
  readonly #modules: string[];
  /** Files that are no modules of the program's own language. */
  readonly #others = new Map<string, string>();
  #count = 0;
  #literal = 1000;
  /** Statements that only `load` may hold, as `await import(…)` is. */
  readonly #inLoad: string[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#modules = ["main", ...Array.from({ length: 1 + this.upTo(3) }, (_, index) => `m${index + 1}`)];
    for (const module of this.#modules) this.#open(module);
  }

  upTo(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.upTo(items.length)] as T;
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #open(module: string): void {
    this.#imports.set(module, []);
    this.#bodies.set(module, []);
  }

  #fresh(prefix: string): string {
    return `${prefix}${++this.#count}`;
  }

  #add(module: string, ...lines: string[]): void {
    this.#bodies.get(module)?.push(...lines);
  }

  #literals(text: string): string {
    return text.replace(/\bL\b/g, () => String(++this.#literal));
  }

  /** A value, what changes it at module level, and an expression of `load` that reads it. */
  thing(): string {
    const kind = this.#pick(Object.keys(THINGS) as Thing[]);
    const home = this.upTo(this.#modules.length);
    const made = this.#declare(home, kind);
    for (let count = this.upTo(3); count > 0; count--) this.#change(kind, home, made);
    return this.#read(kind, home, made);
  }

  /** Something from elsewhere, and an expression of `load` that reads it. */
  outside(): string {
    const home = 1 + this.upTo(this.#modules.length - 1);
    const module = this.#modules[home] as string;
    const n = this.#fresh("");
    const { files = {}, imports = [], lines = [], side, read } = this.#pick(OUTSIDE)(n);
    for (const [file, text] of Object.entries(files)) {
      this.#others.set(file, [this.#others.get(file) ?? [], this.#literals(text)].flat().join("\n"));
    }
    this.#imports.get(module)?.push(...imports);
    this.#add(module, ...lines.map((line) => this.#literals(line)));
    const name = this.#fresh("h");
    const [declared, asked] = this.#pick(HOPS);
    this.#add(module, `export ${fill(fill(this.#literals(declared), "N", name), "X", read)}`);
    if (side) {
      this.#open(side.name);
      this.#add(side.name, ...side.lines.map((line) => this.#literals(line)));
      const extendsClass = lines.length > 0;
      if (extendsClass) this.#imports.get(side.name)?.push(`import { C${n} } from "./${module}";`);
      this.#imports.get(extendsClass ? "main" : module)?.push(`import "./${side.name}";`);
    }
    const made = { module, name, isDefault: false };
    return fill(fill(asked, "N", "O"), "O", this.#use(home, 0, made));
  }

  #declare(home: number, kind: Thing): Exported {
    const module = this.#modules[home] as string;
    const name = this.#fresh("o");
    const declared = fill(this.#literals(this.#pick(THINGS[kind])), "O", name);
    const isConst = declared.startsWith("const ");
    if (isConst && this.#chance(0.15)) {
      const file = this.#fresh("d");
      this.#open(file);
      this.#add(file, declared, `export default ${name};`);
      return { module: file, name, isDefault: true };
    }
    if (this.#chance(0.5)) this.#add(module, `export ${declared}`);
    else this.#add(module, declared, `export { ${name} };`);
    return { module, name, isDefault: false };
  }

  /** An expression for something that may be exported by another module. */
  #use(home: number, from: number, made: Exported, within: string = this.#modules[from] as string): string {
    if (made.module === within) return made.name;
    let source = made;
    for (let hops = this.upTo(3); hops > 0; hops--) source = this.#barrel(source);
    const local = this.#fresh("i");
    const path = `./${source.module}`;
    const exported = source.isDefault ? "default" : source.name;
    const imports = this.#imports.get(within) as string[];
    const isLoad = within === "main" && home > 0;
    switch (this.upTo(isLoad ? 5 : 3)) {
      case 0:
        if (source.isDefault) imports.push(`import ${local} from "${path}";`);
        else imports.push(`import { ${exported} as ${local} } from "${path}";`);
        return local;
      case 1:
        imports.push(`import * as ${local} from "${path}";`);
        return this.#chance(0.5) ? `${local}.${exported}` : `${local}["${exported}"]`;
      default:
        imports.push(`import { ${exported} as ${local} } from "${path}";`);
        return local;
    }
  }

  /** Only in `load`: what it imports while it runs. */
  #useLate(made: Exported): string {
    const exported = made.isDefault ? "default" : made.name;
    const path = `./${made.module}`;
    const local = this.#fresh("l");
    this.#inLoad.push(
      this.#pick([
        `const ${local} = (await import("${path}")).${exported};`,
        `const { ${exported}: ${local} } = await import("${path}");`,
        `const ${local} = await import("${path}").then((m) => m.${exported});`,
        `const ${local} = await import("${path}").then(({ ${exported}: it }) => it);`,
        `const [{ ${exported}: ${local} }] = await Promise.all([import("${path}")]);`,
        `const ${local}m = await import("${path}"); const ${local} = ${local}m["${exported}"];`,
      ]),
    );
    return local;
  }

  /** A file that hands on what another exports. */
  #barrel(made: Exported): Exported {
    const file = this.#fresh("b");
    this.#open(file);
    const path = `./${made.module}`;
    const exported = made.isDefault ? "default" : made.name;
    const name = this.#fresh("e");
    const forms = [
      `export { ${exported} as ${name} } from "${path}";`,
      `import { ${exported} as x } from "${path}"; export { x as ${name} };`,
      `import { ${exported} as x } from "${path}"; export const ${name} = x;`,
      `import * as x from "${path}"; export const ${name} = x.${exported};`,
      `import { ${exported} as x } from "${path}"; const { it } = { it: x }; export { it as ${name} };`,
    ];
    if (this.#chance(0.2) && !made.isDefault) {
      this.#add(file, `export * from "${path}";`);
      return { module: file, name: made.name, isDefault: false };
    }
    if (this.#chance(0.15)) {
      this.#add(file, `export { ${exported} as default } from "${path}";`);
      return { module: file, name, isDefault: true };
    }
    this.#add(file, this.#pick(forms));
    return { module: file, name, isDefault: false };
  }

  /** A module-level change, in the thing's module or in one that imports it. */
  #change(kind: Thing, home: number, made: Exported): void {
    const change = this.#pick(CHANGES[kind]);
    const from = this.upTo(home + 1);
    let within = this.#modules[from] as string;
    if (this.#chance(0.2)) {
      const file = this.#fresh("s");
      this.#open(file);
      this.#imports.get(within)?.push(`import "./${file}";`);
      within = file;
    }
    const isOwn = made.module === within;
    // An imported variable can't be assigned.
    if (kind === "variable" && !isOwn) return;
    const target = this.#use(home, from, made, within);
    const apply = (text: string) => fill(this.#literals(change), "O", text);
    const way = kind === "variable" ? this.#pick(WAYS.slice(0, 8)) : this.#pick(WAYS);
    const [name, other] = [this.#fresh("w"), this.#fresh("w")];
    const write = way({ target, name, other, apply });
    if (typeof write === "string") {
      this.#add(within, `${write.replaceAll("\n", " ")} /* may go */`);
      return;
    }
    // The function that changes what it is handed lies in a module of its own.
    const file = this.#fresh("f");
    this.#open(file);
    this.#add(file, write.elsewhere);
    this.#imports.get(within)?.push(`import { ${name} } from "./${file}";`);
    this.#add(within, `${write.here.replaceAll("\n", " ")} /* may go */`);
  }

  /** Read by `load` itself, or by what lies between. */
  #read(kind: Thing, home: number, made: Exported): string {
    let place = home;
    let source = made;
    let reading = this.#literals(this.#pick(READS[kind]));
    for (let hops = this.upTo(3); hops > 0; hops--) {
      const at = this.upTo(place + 1);
      const module = this.#modules[at] as string;
      const expression = fill(reading, "O", this.#use(place, at, source));
      const name = this.#fresh("h");
      const [declared, read] = this.#pick(HOPS);
      this.#add(module, `export ${fill(fill(this.#literals(declared), "N", name), "X", expression)}`);
      source = { module, name, isDefault: false };
      place = at;
      reading = fill(read, "N", "O");
    }
    const isElsewhere = source.module !== "main";
    const expression = isElsewhere && this.#chance(0.25) ? this.#useLate(source) : this.#use(place, 0, source);
    return fill(reading, "O", expression);
  }

  load(reads: readonly string[]): void {
    const body = `${this.#inLoad.join(" ")} return [${reads.join(", ")}];`;
    this.#add(
      "main",
      this.#pick(LOADS).replace("BODY", () => body),
    );
  }

  files(): Program {
    const program: Program = {};
    for (const [module, lines] of this.#bodies) {
      program[`${module}.ts`] = [...(this.#imports.get(module) ?? []), ...lines, ""].join("\n");
    }
    for (const [file, text] of this.#others) program[file] = text;
    return program;
  }
}

/** What stands between a value and its reader: its declaration, and how it is asked. */
const HOPS: readonly [declared: string, read: string][] = [
  ["function N() { return X; }", "N()"],
  ["const N = () => X;", "N()"],
  ["const N = { get() { return X; } };", "N.get()"],
  ["const N = { get x(): any { return X; } };", "N.x"],
  ["class N { static get() { return X; } }", "N.get()"],
  ["class N { run() { return X; } }", "new N().run()"],
  ["class N { one() { return X; } run() { return this.one(); } }", "new N().run()"],
  ["class N { static x = () => X; static get() { return this.x(); } }", "N.get()"],
  ["function N(value: any = X) { return value; }", "N()"],
  ["function* N() { yield X; }", "[...N()][0]"],
  ["const N = [() => X];", "N[0]!()"],
  ["const N = new Map([['a', () => X]]);", "N.get('a')!()"],
  ["const N = ((f: any) => () => f())(() => X);", "N()"],
  ["const N = function self(n: any = 1): any { return n > 0 ? self(n - 1) : X; };", "N()"],
  ["namespace N { export const get = () => X; }", "N.get()"],
  ["async function N() { return X; }", "(await N())"],
  ["class N { #x = () => X; run() { return this.#x(); } }", "new N().run()"],
  ["class N extends (class { base() { return X; } }) {}", "new N().base()"],
];

/** Each holds the function that is cached, and exports it so that the test can call it. */
const LOADS = [
  "export async function load() { BODY }",
  "export const load = async () => { BODY };",
  "class Loader { async load() { BODY } }\nexport const load_ = new Loader(); export { load_ as loader };",
  "export const loader = { async load() { BODY } };",
];
