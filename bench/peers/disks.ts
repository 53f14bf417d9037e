/** A way to keep values in files, opened in a directory of its own. */
export interface Disk {
  put(key: string, value: unknown): unknown;
  get(key: string): unknown;
}

export interface DiskPeer {
  name: string;
  role: "limit" | "peer";
  open(directory: string): Promise<Disk>;
  /** The same as the text of a module that opens, reads the value of a key and assigns it to `value`. */
  source(directory: string, key: string): string;
}

const load = (name: string): Promise<any> => import(name);
const quoted = JSON.stringify;

export const diskPeers: readonly DiskPeer[] = [
  {
    name: "limit: bytes of a file, no value made of them",
    role: "limit",
    async open(directory) {
      const { readFileSync, renameSync, writeFileSync } = await load("node:fs");
      const { serialize } = await load("node:v8");
      // The same bytes at each put: only writing and renaming them counts.
      const made = new Map<number, Uint8Array>();
      return {
        put(key, value) {
          const size = value instanceof Float64Array ? value.byteLength : Array.isArray(value) ? value.length : 1;
          let bytes = made.get(size);
          if (bytes === undefined) made.set(size, (bytes = serialize(value)));
          writeFileSync(`${directory}/${key}.tmp`, bytes);
          renameSync(`${directory}/${key}.tmp`, `${directory}/${key}`);
        },
        get: (key) => readFileSync(`${directory}/${key}`),
      };
    },
    source: (directory, key) =>
      `import { readFileSync } from "node:fs"; const value = readFileSync(${quoted(`${directory}/${key}`)});`,
  },
  {
    name: "v8 + rename, by hand",
    role: "peer",
    async open(directory) {
      const { readFileSync, renameSync, writeFileSync } = await load("node:fs");
      const { deserialize, serialize } = await load("node:v8");
      return {
        put(key, value) {
          writeFileSync(`${directory}/${key}.tmp`, serialize(value));
          renameSync(`${directory}/${key}.tmp`, `${directory}/${key}`);
        },
        get: (key) => deserialize(readFileSync(`${directory}/${key}`)),
      };
    },
    source: (directory, key) =>
      `import { readFileSync } from "node:fs"; import { deserialize } from "node:v8";
       const value = deserialize(readFileSync(${quoted(`${directory}/${key}`)}));`,
  },
  {
    name: "lmdb, v8 values",
    role: "peer",
    async open(directory) {
      const { open } = await load("lmdb");
      const { deserialize, serialize } = await load("node:v8");
      const db = open({ path: directory, encoding: "binary", compression: false });
      return {
        put: (key, value) => db.putSync(key, serialize(value)),
        get: (key) => deserialize(db.getBinary(key)),
      };
    },
    source: (directory, key) =>
      `import { open } from "lmdb"; import { deserialize } from "node:v8";
       const db = open({ path: ${quoted(directory)}, encoding: "binary", compression: false });
       const value = deserialize(db.getBinary(${quoted(key)}));`,
  },
  {
    name: "cacache, v8 values (async)",
    role: "peer",
    async open(directory) {
      const { default: cacache } = await load("cacache");
      const { deserialize, serialize } = await load("node:v8");
      return {
        put: (key, value) => cacache.put(directory, key, serialize(value)),
        get: async (key) => deserialize((await cacache.get(directory, key, { memoize: false })).data),
      };
    },
    source: (directory, key) =>
      `import cacache from "cacache"; import { deserialize } from "node:v8";
       const value = deserialize((await cacache.get(${quoted(directory)}, ${quoted(key)}, { memoize: false })).data);`,
  },
];
