import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import ts59 from "typescript-5.9";
import { afterAll, describe, expect, it } from "vitest";
import { createLinkContext, openSession } from "../../transformer/3-hash/graph/build-session.ts";
import { runSync, type SyncLinkHost } from "../../transformer/host-requests.ts";
import { parse } from "../../transformer/syntax/parse.ts";
import type { CodeHash } from "../../transformer/types.ts";
import { linkIn } from "./link-project.ts";

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

/** A checkout of the project in a directory of its own, with its packages installed. */
function checkOut(): string {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), "cachet-link-")));
  made.push(parent);
  const root = join(parent, "shop");
  cpSync(fileURLToPath(new URL("./projects/shop", import.meta.url)), root, { recursive: true });
  const pretty = join(root, "node_modules/pretty-money");
  mkdirSync(join(root, "node_modules/@shop"), { recursive: true });
  mkdirSync(pretty, { recursive: true });
  symlinkSync(join(root, "packages/rates"), join(root, "node_modules/@shop/rates"));
  writeFileSync(
    join(pretty, "package.json"),
    '{ "name": "pretty-money", "version": "2.0.0", "main": "index.js", "types": "index.d.ts" }',
  );
  writeFileSync(join(pretty, "index.js"), "exports.format = String;");
  writeFileSync(join(pretty, "index.d.ts"), "export declare function format(amount: number, locale?: string): string;");
  return root;
}

/** Answers like the compiler: its module resolution, real paths, declaration files first. */
function compilerHost(api: typeof ts, root: string): SyncLinkHost {
  const file = join(root, "tsconfig.json");
  const { options } = api.parseJsonConfigFileContent(api.readConfigFile(file, api.sys.readFile).config, api.sys, root);
  return {
    read: (path) => api.sys.readFile(path),
    resolve: (specifier, importer) =>
      api.resolveModuleName(specifier, importer, options, api.sys).resolvedModule?.resolvedFileName,
  };
}

/** Answers like a bundler: bytes, code instead of types, an alias of its own. */
function bundlerHost(root: string): SyncLinkHost {
  const read = (path: string) => {
    try {
      return new Uint8Array(readFileSync(path));
    } catch {
      return undefined;
    }
  };
  const resolve = (specifier: string, importer: string): string | undefined => {
    if (specifier === "@shop/rates") return join(root, "packages/rates/src/index.ts");
    if (specifier === "pretty-money") return join(root, "node_modules/pretty-money/index.js");
    const base = specifier.startsWith("@/") ? join(root, "src", specifier.slice(2)) : join(importer, "..", specifier);
    return ["", ".ts", ".js", "/index.ts"].map((ending) => base + ending).find((path) => isFile(path));
  };
  return { read, resolve };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function linkPrices(root: string, host: SyncLinkHost, api: typeof ts = ts, name = "priceOf"): CodeHash {
  const file = join(root, "src/prices.ts");
  const source = parse(api, file, readFileSync(file, "utf8"));
  return runSync(linkIn(openSession(createLinkContext(api), { root }), source, name), host);
}

function edit(root: string, file: string, change: (text: string) => string): void {
  const path = join(root, file);
  const before = readFileSync(path, "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

const older = ts59 as unknown as typeof ts;

describe("linking on disk", () => {
  it("gives one hash for compiler and bundler, both TypeScript versions, and every checkout", () => {
    const [one, other] = [checkOut(), checkOut()];
    const hashes = [
      linkPrices(one, compilerHost(ts, one)),
      linkPrices(one, compilerHost(older, one), older),
      linkPrices(one, bundlerHost(one)),
      linkPrices(other, compilerHost(ts, other)),
      linkPrices(other, bundlerHost(other), older),
    ].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(1);
  });

  it("gives the same for a program's own source file", () => {
    const root = checkOut();
    const file = join(root, "src/prices.ts");
    const program = ts.createProgram([file], { noLib: true, noResolve: true, types: [] });
    const source = program.getSourceFile(file) as ts.SourceFile;
    const session = openSession(createLinkContext(ts), { root });
    const linked = runSync(linkIn(session, source, "priceOf"), compilerHost(ts, root));
    expect(linked.hash).toBe(linkPrices(root, bundlerHost(root)).hash);
  });

  it("gives the same with CRLF line ends", () => {
    const root = checkOut();
    const { hash } = linkPrices(root, compilerHost(ts, root));
    for (const file of readdirSync(root, { recursive: true, encoding: "utf8" })) {
      const path = join(root, file);
      if (isFile(path) && !file.startsWith("node_modules"))
        writeFileSync(path, readFileSync(path, "utf8").replaceAll("\n", "\r\n"));
    }
    expect(linkPrices(root, compilerHost(ts, root)).hash).toBe(hash);
    expect(linkPrices(root, bundlerHost(root)).hash).toBe(hash);
  });

  it.each<[file: string, from: string, to: string, changes: boolean]>([
    ["src/money.ts", "CENTS = 100", "CENTS = 1000", true],
    ["src/money.ts", "nobody", "somebody", false],
    ["src/currency.ts", '"GBP"', '"gbp"', true],
    ["src/types.ts", "price: number", "price: number | bigint", false],
    ["src/legacy.js", "/ 10", "/ 100", true],
    ["src/legacy.js", "{number}", "{any}", false],
    ["src/data/settings.json", "1", "2", true],
    ["src/data/settings.json", ' "level"', '\n"level"', false],
    ["packages/rates/src/index.ts", "?? 1", "?? 2", true],
    ["packages/rates/src/table.ts", "0.85", "0.86", true],
    ["packages/rates/package.json", "1.0.0", "1.0.1", false],
    ["node_modules/pretty-money/package.json", "2.0.0", "2.0.1", true],
    ["node_modules/pretty-money/index.js", "String", "Number", false],
    ["src/prices.ts", "text.toUpperCase()", "text", false],
    ["src/prices.ts", "?? 0", "?? 1", true],
  ])("%s, %s → %s: changes is %s", (file, from, to, changes) => {
    const root = checkOut();
    for (const host of [compilerHost(ts, root), bundlerHost(root)]) {
      const before = linkPrices(root, host);
      const untouched = linkPrices(root, host, ts, "shout").hash;
      edit(root, file, (text) => text.replace(from, to));
      expect(linkPrices(root, host).hash !== before.hash).toBe(changes);
      expect(linkPrices(root, host, ts, "shout").hash !== untouched).toBe(from.startsWith("text."));
      edit(root, file, (text) => text.replace(to, from));
      expect(linkPrices(root, host).hash).toBe(before.hash);
    }
  });

  it("names the same files to watch for compiler and bundler, and no package's", () => {
    const root = checkOut();
    const { dependencies, envReads } = linkPrices(root, compilerHost(ts, root));
    expect(dependencies.map((file) => file.slice(root.length + 1))).toEqual([
      "packages/rates/src/index.ts",
      "packages/rates/src/table.ts",
      "src/catalogue.ts",
      "src/currency.ts",
      "src/data/settings.json",
      "src/legacy.js",
      "src/money.ts",
    ]);
    expect(linkPrices(root, bundlerHost(root)).dependencies).toEqual(dependencies);
    expect(envReads).toEqual(["process.env.SHOP_LOCALE"]);
  });
});
