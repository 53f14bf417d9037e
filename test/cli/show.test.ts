import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeValue } from "../../runtime/codec/codec.ts";
import { PROMISE, REPLAY, STREAM, withHeader, withLife } from "../../runtime/persist/entry-headers.ts";
import { FILES, TAGS, withJson } from "../../runtime/persist/json-header.ts";
import { RecordingStore } from "../../runtime/recordings/recording-store.ts";
import { diskStore } from "../../runtime/stores/disk.ts";
import { cachet, project } from "./bin.ts";

const ID = "shop/src/data.ts#load";
const VALUE = { rows: new Map([["a", 1n]]), at: new Date(0) };

function stored() {
  const dir = join(project({}), "entries");
  const store = diskStore({ dir, now: Date.now });
  const meta = { function: ID, hash: "c1:12", cost: 250 };
  store.write("first", encodeValue(VALUE), { ...meta, written: 1_000_000_000_000, expires: 8_000_000_000_000 });
  store.write("second", encodeValue(["newer"]), { ...meta, written: 1_500_000_000_000 });
  const paths = [...store.entries()].sort((one, other) => one.written - other.written).map(({ path }) => path);
  store.close();
  return { dir, paths };
}

describe("cachet show", () => {
  it("shows an entry by its file, with its value", async () => {
    const { paths } = stored();
    const { code, stdout } = await cachet("/", "show", paths[0] as string);
    expect(code).toBe(0);
    expect(stdout).toContain(`${ID}\n`);
    expect(stdout).toContain(
      "code hash  c1:12\nwritten    2001-09-09T01:46:40.000Z\nexpires    2223-07-06T14:13:20.000Z\ntook       250 ms",
    );
    expect(stdout).toContain("{ rows: Map(1) { 'a' => 1n }, at: 1970-01-01T00:00:00.000Z }\n");
  });

  it("shows the value behind whatever stands in front of it, and what that says", async () => {
    const dir = join(project({}), "entries");
    const store = diskStore({ dir, now: Date.now });
    const meta = { function: ID, hash: "c1:12", cost: 250, written: 1_000_000_000_000 };
    const [file, other] = ["/data/a.csv", "/data/b.csv"];
    const shown = withHeader(REPLAY, encodeValue([VALUE, [["shop#note", undefined, []]]]));
    const chunks = withHeader(STREAM, encodeValue({ kind: "iterable", chunks: ["to", "be"] }));
    store.write("shown", withLife(60_000, withHeader(PROMISE, shown)), meta);
    store.write("stream", withHeader(PROMISE, chunks), { ...meta, written: meta.written + 1 });
    const tagged = withJson(TAGS, ["shop", "rows"], withLife(1000, encodeValue(VALUE)));
    store.write("tagged", withJson(FILES, { [file]: "1 2 3", [other]: "" }, tagged), {
      ...meta,
      written: meta.written + 2,
    });
    store.close();
    const { stdout } = await cachet("/", "show", "load", "--dir", dir);
    const [first, second, third] = stdout.split(`${ID}\n`).slice(1);
    expect(first).toContain("stale      2001-09-09T01:46:41.002Z\n");
    expect(first).toContain("tags       shop, rows\nfiles      /data/a.csv, /data/b.csv\n");
    expect(first).toContain("Map(1) { 'a' => 1n }");
    expect(second).toContain("{ kind: 'iterable', chunks: [ 'to', 'be' ] }");
    expect(third).toContain("shows      1 element\n");
    expect(third).toContain("Map(1) { 'a' => 1n }");
  });

  it("shows all entries of a function, the newest first", async () => {
    const { dir } = stored();
    const { stdout } = await cachet("/", "show", "load", "--dir", dir, "--json");
    expect(JSON.parse(stdout)).toMatchObject([
      { function: ID, value: "[ 'newer' ]", written: "2017-07-14T02:40:00.000Z" },
      { function: ID, value: expect.stringContaining("Map(1)") },
    ]);
  });

  it("shows a recording, with its call, whether JSON could say its value or not", async () => {
    const dir = join(project({}), "recordings");
    const used: string[] = [];
    const store = new RecordingStore(dir, { isReadOnly: false, used: (path) => void used.push(path) });
    const meta = { function: ID, hash: "c1:12", written: 0, cost: 0 };
    store.write("a", encodeValue({ plain: 1 }), { ...meta, call: "load(id: 1)" });
    store.write("b", encodeValue(VALUE), { ...meta, call: "load(id: 2)" });
    const shown = await Promise.all(used.map(async (path) => (await cachet("/", "show", path)).stdout));
    expect(shown[0]).toContain("call       load(id: 1)\n");
    expect(shown[0]).toContain("{ plain: 1 }");
    expect(shown[1]).toContain("Map(1) { 'a' => 1n }");
  });

  it("refuses what is no entry", async () => {
    const { dir } = stored();
    const text = join(dir, "a.txt");
    writeFileSync(text, "text");
    writeFileSync(join(dir, "a.json"), "{}");
    for (const [wanted, message] of [
      [text, "a.txt"],
      [join(dir, "a.json"), "is no recording"],
      ["nope", "There are no entries of 'nope'"],
    ] as const) {
      const { code, stderr } = await cachet("/", "show", wanted, "--dir", dir);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});
