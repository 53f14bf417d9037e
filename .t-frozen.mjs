process.argv[2]==="ses" && 0;
import { data, keys, argumentTrie, durable, ownStore, limits } from "./dist/node/internal.js";
import { configure } from "./dist/node/index.js";
import vm from "node:vm"; import fs from "node:fs"; import os from "node:os"; import path from "node:path";
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cv-"));
configure({ disk: { dir }, onWarning: (w) => console.log("WARN", w) });
const def = (fn, opts = {}) => { const d = data({ id: "x#" + fn.name + Math.random(), hash: "c1:0", name: fn.name, parts: ["a"], use: { keys, argumentTrie, durable, ownStore, limits }, ...opts }); return (a) => { const v = d.getN([a]); return v === MISS ? d.run([a], () => fn(a)) : v; }; };
import { MISS } from "./dist/node/internal.js";
const err = def(function err(a) { return { e: new TypeError("x", { cause: a }), m: new Map([[1, new Set([2])]]), d: new Date(5), r: /x/gi, u: new URL("http://a/b"), own: JSON.parse('{"toString":1,"valueOf":2,"__proto__":3}') }; }, { persist: true });
for (const a of [1, { k: [1, new Date(3)] }, new Error("q"), new Map([[{}, 1]])]) { const x = err(a), y = err(a); console.log(y.e instanceof TypeError, y.e.message, y.m instanceof Map, y.d.getTime(), String(y.r), y.u.href, JSON.stringify(y.own)); }
