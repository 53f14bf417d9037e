import { describe, expect, it } from "vitest";
import { type Files, linkFunction } from "./link-project.ts";

const CREATE = "import { createRequire } from 'node:module';";

/** What is said of `load` in main.ts. */
function codesOf(text: string, more: Files = {}): string[] {
  const files = { "package.json": '{ "name": "app" }', "main.ts": text, ...more };
  return [...new Set(linkFunction({ files }, "main.ts", "load").warnings.map(({ code }) => code))];
}

describe("modules that are loaded already", () => {
  it.each([
    `${CREATE} const r = createRequire(import.meta.url); export function load() { return Object.keys(r.cache) }`,
    `${CREATE} const { cache } = createRequire(import.meta.url); export function load() { return Object.keys(cache) }`,
    `${CREATE} export function load() { return createRequire(import.meta.url).cache }`,
    "export function load() { return module.require.cache }",
    "export function load() { return module.children }",
    "import Module from 'node:module'; export function load() { return (Module as any)._cache }",
  ])("are warned about: %s", (text) => {
    expect(codesOf(text)).toEqual(["CACHET3003"]);
  });

  it("are warned about where another module hands them on", () => {
    const other = `${CREATE} const r = createRequire(import.meta.url); export { r }`;
    const text = "import { r } from './r'; export function load() { return r.cache }";
    expect(codesOf(text, { "r.ts": other })).toContain("CACHET3003");
    expect(codesOf(text.replace("r.cache", "r('./d.json')"), { "r.ts": other })).toEqual(["CACHET3004"]);
  });
});

describe("code that is loaded from a path that only run time knows", () => {
  it.each([
    "export async function load(k: string) { return import(`./m/${k}.ts`) }",
    "export async function load(k: string) { return import('./m/' + k + '.ts') }",
    "const ps = ['./m/a']; export async function load() { return import(ps[0]!) }",
    "export async function load(k: any) { return import(k ? './m/a' : './m/b') }",
    "const at = (k: string) => './m/' + k; export async function load() { return require(at('a')) }",
    "const r = require.resolve; export function load(k: string) { return r(k) }",
    "const use = (r: any) => r('./d.json').n; export function load() { return use(require) }",
    `${CREATE} const o = { r: createRequire(import.meta.url) }; export function load() { return o.r('./d.json').n }`,
    `${CREATE} class T { static r = createRequire(import.meta.url) } export function load() { return T.r('./d.json').n }`,
    "const glob = import.meta.glob; export function load() { return glob('./m/*.ts') }",
    "const { glob } = import.meta as any; export function load() { return glob('./m/*.ts') }",
    "const all = (import.meta as any).globEager('./m/*.ts'); export function load() { return all }",
    "export function load() { return import.meta.webpackContext('./m') }",
    "const make = (W: any, k: string) => new W(k); export function load(k: string) { return make(Worker, k) }",
    "import { Worker as W } from 'node:worker_threads'; class X extends W {} export function load(k: string) { return new X(k) }",
    "class X extends Worker { constructor(k: string) { super(k) } } export function load(k: string) { return new X(k) }",
    "import { fork } from 'node:child_process'; export function load(k: string) { return fork(k) }",
    "export function load(k: string) { return importScripts(k) }",
  ])("is warned about: %s", (text) => {
    expect(codesOf(text)).toEqual(["CACHET3004"]);
  });

  it.each([
    `${CREATE} const r = createRequire(import.meta.url); export function load() { return r.resolve('node:fs') }`,
    "import { fork } from 'node:child_process'; export function load() { return fork(__filename) }",
    "import path from 'node:path'; const root = path.join(import.meta.dirname, '..'); export function load(p: string) { return path.resolve(root, p) }",
    "export function load() { return typeof require === 'function' && typeof Worker === 'function' }",
  ])("says nothing: %s", (text) => {
    expect(codesOf(text)).toEqual([]);
  });
});
