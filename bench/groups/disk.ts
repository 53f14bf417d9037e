import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type * as Cases from "../cases/disk.ts";
import { casesOf } from "../cases.ts";
import { median } from "../measure.ts";
import { diskPeers } from "../peers/disks.ts";
import { duration, ratio } from "../report.ts";
import type { Context, Custom, Table } from "../types.ts";

type Module = typeof Cases;
type Size = "small" | "medium" | "large";

interface Part {
  contender: string;
  size: Size;
  part: "put" | "get";
  directory: string;
}

const OWN = "cachet @cacheData, persist";
const NAMES = [...diskPeers.map(({ name }) => name), OWN];
const SIZES: readonly { size: Size; title: string; entries: number }[] = [
  { size: "small", title: "1 KB", entries: 3000 },
  { size: "medium", title: "100 KB: 1,500 rows × 5 fields", entries: 60 },
  { size: "large", title: "100 MB: one Float64Array", entries: 4 },
];

/** The first so many calls of a process run code that is hardly compiled yet; the last so many are steady. */
const FIRST = 400;
const STEADY = 1000;

const out = fileURLToPath(new URL("./", import.meta.url));
const length = (quick: boolean) => (quick ? 1000 : 12_500_000);

export const disk: Custom = {
  kind: "custom",
  name: "disk",
  title: "Disk",
  about:
    "*Put*: a call whose value is computed and written. *Warm get*: the first call for an entry in another process, the files still in the system's memory: " +
    `the median of that process's first ${FIRST} such calls, whose code is hardly compiled yet, and, where there are enough entries, of the last ${STEADY} (*steady*). ` +
    "*First hit*: from the start of Node to the value of one entry, beyond the start of Node alone; loading of the library included. " +
    "cachet's figures are whole calls of a synchronous function, with the copy it keeps in memory. The limit writes and reads bytes, and " +
    "makes no value of them. better-sqlite3 is left out: it is built from source where it is installed.",
  async run(context) {
    const base = mkdtempSync(`${out}disk-`);
    try {
      return SIZES.map((each) => tableOf(each, base, context));
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  },
  async child(argument, _budget, quick): Promise<number[]> {
    const { contender, size, part, directory } = JSON.parse(argument) as Part;
    const entries = quick ? 2 : (SIZES.find((each) => each.size === size)?.entries as number);
    const call =
      contender === OWN ? await ownCall(size, quick) : await peerCall(contender, size, part, directory, quick);
    const times: number[] = [];
    for (let id = 0; id < entries; id++) {
      if (size === "large") globalThis.gc?.();
      const started = process.hrtime.bigint();
      await call(id);
      times.push(Number(process.hrtime.bigint() - started));
    }
    const cases = await ownCases(contender);
    if (contender === OWN && cases.runs.count !== (part === "put" ? entries : 0)) {
      throw new Error(`${part}: the body ran ${cases.runs.count} times`);
    }
    return times;
  },
};

const ownCases = (contender: string): Promise<Module> => casesOf("disk", contender === OWN ? "data" : "plain");

async function ownCall(size: Size, quick: boolean): Promise<(id: number) => unknown> {
  const cases = await ownCases(OWN);
  return size === "large" ? (id) => cases.large(id, length(quick)) : cases[size];
}

async function peerCall(name: string, size: Size, part: "put" | "get", directory: string, quick: boolean) {
  const peer = diskPeers.find((each) => each.name === name);
  const opened = await peer?.open(directory);
  if (part === "get") return (id: number) => opened?.get(`${size}${id}`);
  const plain = await ownCases("plain");
  const make = (id: number) => (size === "large" ? plain.large(id, length(quick)) : plain[size](id));
  return (id: number) => opened?.put(`${size}${id}`, make(id));
}

function tableOf({ size, title }: (typeof SIZES)[number], base: string, context: Context): Table {
  const times = new Map(
    NAMES.map((name) => [
      name,
      { put: [] as number[], get: [] as number[], steady: [] as number[], first: [] as number[] },
    ]),
  );
  // The large ones differ little from round to round, and take most of the time.
  const rounds = size === "large" ? Math.ceil(context.rounds / 3) : context.rounds;
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of NAMES.entries()) {
      context.log(`disk: ${title}, round ${round + 1}, ${contender}`);
      const directory = `${base}/${size}-${i}-${round}`;
      mkdirSync(directory);
      const environment = { CACHET_DIR: directory };
      const result = times.get(contender);
      const timesOf = (part: Part["part"]) =>
        context.child<number[]>(JSON.stringify({ contender, size, part, directory } satisfies Part), { environment });
      result?.put.push(median(timesOf("put")));
      const gets = timesOf("get");
      result?.get.push(median(gets.slice(0, FIRST)));
      if (gets.length >= FIRST + STEADY) result?.steady.push(median(gets.slice(-STEADY)));
      result?.first.push(...firstHits(contender, size, directory, context.quick));
      if (size === "large") rmSync(directory, { recursive: true, force: true });
    }
  }
  return {
    title,
    columns: ["", "put", "÷ limit", "warm get", "÷ limit", "steady", "÷ limit", "first hit"],
    rows: NAMES.map((name) => {
      const of = (part: "put" | "get" | "steady" | "first") => times.get(name)?.[part] ?? [];
      const limit = (part: "put" | "get" | "steady") => {
        const others = times.get(NAMES[0] as string)?.[part] ?? [];
        return ratio(median(of(part).map((time, i) => time / (others[i] as number))));
      };
      const steady = of("steady").length === 0 ? ["–", ""] : [duration(median(of("steady"))), limit("steady")];
      const label = name === OWN || name === NAMES[0] ? `**${name}**` : name;
      const first = duration(Math.max(median(of("first")), 0));
      return [
        label,
        duration(median(of("put"))),
        limit("put"),
        duration(median(of("get"))),
        limit("get"),
        ...steady,
        first,
      ];
    }),
  };
}

/** Nanoseconds from the start of Node to one value, less what Node alone took just before. */
function firstHits(contender: string, size: Size, directory: string, quick: boolean): number[] {
  const report = "process.stdout.write(String(performance.now()), () => process.exit());";
  const bare = `${directory}-bare.mjs`;
  const hit = `${directory}-hit.mjs`;
  writeFileSync(bare, report);
  const peer = diskPeers.find((each) => each.name === contender);
  const own = `import { ${size} } from ${JSON.stringify(`${out}cases/data/disk.js`)};
    const value = ${size}(0${size === "large" ? `, ${length(quick)}` : ""});`;
  writeFileSync(hit, `${peer?.source(directory, `${size}0`) ?? own}\nif (value === undefined) throw 0;\n${report}`);
  const time = (file: string) => {
    const run = spawnSync(process.execPath, [file], {
      encoding: "utf8",
      env: { ...process.env, CACHET_DIR: directory },
    });
    if (run.status !== 0) throw new Error(run.stderr);
    return Number(run.stdout) * 1e6;
  };
  return Array.from({ length: quick ? 1 : 3 }, () => {
    const alone = time(bare);
    return time(hit) - alone;
  });
}
