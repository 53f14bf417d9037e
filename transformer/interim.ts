import type { TypeScript } from "./types.ts";
export type Request = { type: "read"; file: string } | { type: "resolve"; specifier: string; importer: string };
export type Answer = string | Uint8Array | undefined;
export interface LinkContext {
  api: TypeScript;
}
export interface Linked {
  dependencies: string[];
  tree: unknown;
}
export const createLinkContext = (api: TypeScript): LinkContext => ({ api });
type Host = { resolve(s: string, i: string): any; read(f: string): any };
export function run<T>(g: Generator<Request, T, Answer>, host: Host): T | Promise<T> {
  let step = g.next();
  for (;;) {
    if (step.done) return step.value;
    const q = step.value;
    const a = q.type === "read" ? host.read(q.file) : host.resolve(q.specifier, q.importer);
    if (a instanceof Promise)
      return a.then(async (first) => {
        let s = g.next(first);
        while (!s.done) {
          const r = s.value;
          s = g.next(await (r.type === "read" ? host.read(r.file) : host.resolve(r.specifier, r.importer)));
        }
        return s.value;
      });
    step = g.next(a);
  }
}
export const runSync = <T>(g: Generator<Request, T, Answer>, host: Host): T => run(g, host) as T;
