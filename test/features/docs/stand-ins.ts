// What the examples of the documentation use and don't declare.
export { AsyncLocalStorage } from "node:async_hooks";
export { readFile } from "node:fs/promises";
export { createServer } from "node:http";

import Keyv from "keyv";
import { keyvStore } from "../../../runtime/stores/keyv.ts";

export { cacheScope, cacheSignal, dependsOn } from "cachet";
export { default as cachet } from "../../../transformer/adapters/vite.ts";

class Counts {
  fetched = 0;
  runs = 0;
}

// cachet-allow-mutable: it counts runs
export const counts = new Counts();

/** Stands where a body is left out: each run gives another number. */
export const ran = () => ++counts.runs;

export async function fetch() {
  counts.fetched++;
  return { text: async () => "a\nb", body: ["It", " is"] };
}

export const parse = (text: string) => text.split("\n");
export const events = async function* (body: string[]) {
  for (const delta of body) yield { delta };
};
export class Pool {
  end() {}
}
export const fetchPage = (page: number, sort: string) => ({ page, sort, run: ran() }).run;
export const answer = async () => "";
export const incoming = {};
export const isFresh = () => true;
export const fetchIt = async (id: number) => id;
export const url = "/some/rows";
export const redis = keyvStore(new Keyv());
export const log = () => {};
export const isAdmin = () => true;
export const app = { use() {}, all() {} };
export const fastify = { all() {} };

/** @cacheData */
export function load(of: string) {
  return of;
}

class Repo {
  /** @cacheData */
  find(id: number) {
    return id;
  }
}
export const repo = new Repo();
