import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes a project of many modules of about 75 lines. Module `i` calls functions of the modules `i / 2` and `i / 3`,
 * so what a function reaches grows with the depth of the project, as layers of a program do. `marked` of the
 * modules, spread evenly, have one marked function.
 */
export function writeProject(directory: string, packageRoot: string, modules: number, marked: number): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, "src"), { recursive: true });
  mkdirSync(join(directory, "node_modules"));
  symlinkSync(packageRoot, join(directory, "node_modules/cachet"), "dir");
  const put = (name: string, text: string) => writeFileSync(join(directory, name), text);
  put("package.json", JSON.stringify({ name: "generated", version: "1.0.0", type: "module" }));
  put("tsconfig.json", JSON.stringify({ compilerOptions: OPTIONS, include: ["src"] }));
  const plugins = [{ transform: "cachet/transformer", transformProgram: true }];
  put("tsconfig.cachet.json", JSON.stringify({ compilerOptions: { ...OPTIONS, plugins }, include: ["src"] }));
  const step = marked === 0 ? Number.POSITIVE_INFINITY : Math.floor(modules / marked);
  const all = Array.from({ length: modules }, (_, i) => i);
  for (const i of all) put(`src/m${i}.ts`, moduleText(i, (i + 1) % step === 0));
  const imports = all.map((i) => `import { summary${i} } from "./m${i}.ts";`).join("\n");
  put("src/index.ts", `${imports}\n\nexport const summaries = [\n${all.map((i) => `  summary${i},`).join("\n")}\n];\n`);
}

const OPTIONS = {
  target: "es2022",
  module: "esnext",
  moduleResolution: "bundler",
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
  lib: ["es2023"],
  types: [],
  strict: true,
  skipLibCheck: true,
  rootDir: "src",
  outDir: "out",
};

/** A module whose functions all reach each other, so that nothing of it can be left out of a hash or a bundle. */
function moduleText(i: number, isMarked: boolean): string {
  const below = i === 0 ? [] : [...new Set([Math.floor(i / 2), Math.floor(i / 3)])];
  const sections = [0, 1, 2, 3].map((section) => sectionText(i, section));
  return `${below.map((j) => `import { summary${j} } from "./m${j}.ts";`).join("\n")}

/** Prices and names of part ${i}. */
export interface Item${i} {
  id: number;
  name: string;
  price: number;
}

const RATE${i} = ${(i % 17) + 1} / 100;
${sections.join("\n")}
/**
 * What the parts below and this one come to.${isMarked ? "\n * @cacheData" : ""}
 */
export function summary${i}(count: number): number {
  const items: Item${i}[] = [];
  for (let at = 0; at < count; at++) {
    items.push({ id: at, name: \`part ${i} \${at}\`, price: at * RATE${i} });
  }
  const own = ${[0, 1, 2, 3].map((section) => `total${i}s${section}(items)`).join(" + ")};
  return own${below.map((j) => ` + summary${j}(count - 1)`).join("")};
}
`;
}

function sectionText(i: number, section: number): string {
  return `
/** Adds up section ${section}, with a discount for many. */
function total${i}s${section}(items: readonly Item${i}[]): number {
  let sum = ${section};
  for (const { id, name, price } of items) {
    if (name.length === 0 || price < 0) {
      throw new Error(\`item \${id} is not complete\`);
    }
    sum += id % ${section + 2} === 0 ? price * (1 - RATE${i}) : price;
  }
  return items.length > ${10 + section} ? sum * 0.9 : sum;
}
`;
}
