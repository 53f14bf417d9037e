import { spawnSync } from "node:child_process";
import { RedisServer } from "../../test/stores/redis-server.ts";
import type * as Cases from "../cases/redis.ts";
import { casesOf } from "../cases.ts";
import { type Budget, measure, median } from "../measure.ts";
import { redisPeers, type Shared } from "../peers/redis.ts";
import { duration, ratio } from "../report.ts";
import type { Context, Custom, Table } from "../types.ts";

type Module = typeof Cases;
type Size = "small" | "medium";
type Part = "miss" | "stored" | "memory";
type Answer = Partial<Record<Part, number>> & { faults: string[] };

interface Ask {
  contender: string;
  size: Size;
  /** True for the process that computes and writes, false for the one that finds what was written. */
  isFirst: boolean;
  port: number;
  /** Keys of this round start here, so that no round finds what another one wrote. */
  from: number;
}

const OWN = "cachet @cacheData, persist";
const MEMORY = "cachet @cacheData, memory only";
const NAMES = [...redisPeers.map(({ name }) => name), OWN, MEMORY];
const LIMIT = NAMES[0] as string;
const SIZES: readonly { size: Size; title: string; entries: number }[] = [
  { size: "small", title: "1 KB", entries: 400 },
  { size: "medium", title: "100 KB: 1,500 rows × 5 fields", entries: 60 },
];

export const redis: Custom = {
  kind: "custom",
  name: "redis",
  title: "Redis",
  about:
    "A server on this machine, over TCP. *Miss*: the value is computed and written. *In Redis*: the first call in another process, memory still empty. " +
    "*In memory*: a call that was answered in this process before. cachet's figures are whole calls, with the copy for each caller; " +
    "a run also takes and gives back the lock that lets one machine compute.",
  async run(context) {
    if (spawnSync("redis-server", ["--version"]).status !== 0) {
      const note = "redis-server is not installed on this machine: nothing was measured.";
      return [{ title: "No server", note, columns: ["", "remark"], rows: [["redis-server", "not found"]] }];
    }
    const server = await RedisServer.start();
    try {
      return SIZES.map((each) => tableOf(each, server.port, context));
    } finally {
      await server.kill();
    }
  },
  child: (argument, budget, quick) => answer(JSON.parse(argument) as Ask, budget, quick),
};

async function answer({ contender, size, isFirst, port, from }: Ask, budget: Budget, quick: boolean): Promise<Answer> {
  const { call, runs } = await open(contender, size, port);
  const inMemory = async () => ({ memory: await measure(() => call(from), true, budget) });
  if (contender === MEMORY) return { ...(await inMemory()), faults: [] };
  const entries = quick ? 2 : (SIZES.find((each) => each.size === size)?.entries as number);
  // A connection is there before anything counts.
  await call(from + entries);
  const before = runs.count;
  const times: number[] = [];
  for (let id = 0; id < entries; id++) {
    const started = process.hrtime.bigint();
    await call(from + id);
    times.push(Number(process.hrtime.bigint() - started));
  }
  const ran = runs.count - before;
  if (contender === OWN && ran !== (isFirst ? entries : 0)) throw new Error(`the body ran ${ran} times`);
  if (isFirst) return { miss: median(times), faults: [] };
  const hasMemory = contender === OWN || redisPeers.some(({ name, hasMemory }) => name === contender && hasMemory);
  return { stored: median(times), ...(hasMemory && (await inMemory())), faults: await faultsOf(() => call(from)) };
}

async function open(contender: string, size: Size, port: number) {
  const isOwn = contender === OWN || contender === MEMORY;
  const cases: Module = await casesOf("redis", isOwn ? "data" : "plain");
  if (contender === MEMORY) return { call: cases[`${size}InMemory`], runs: cases.runs };
  if (contender === OWN) {
    const { configure } = await import("cachet");
    const { RedisStore } = await import("cachet/stores/redis");
    configure({ stores: { redis: new RedisStore({ server: `redis://127.0.0.1:${port}` }) } });
    return { call: cases[size], runs: cases.runs };
  }
  const peer = redisPeers.find(({ name }) => name === contender);
  const shared = (await peer?.open(port)) as Shared;
  // A namespace of its own, so that nobody finds what another one wrote.
  const name = `${NAMES.indexOf(contender)}:${size}:`;
  return { call: (id: number) => shared.get(`${name}${id}`, () => cases[size](id)), runs: cases.runs };
}

/** What goes wrong with a value on its way. */
async function faultsOf(call: () => Promise<unknown>): Promise<string[]> {
  const [one, two] = [await call(), await call()] as [object, { made?: unknown }];
  const faults: string[] = [];
  if (one instanceof Uint8Array) return faults;
  if (!Array.isArray(two) && !(two.made instanceof Date)) faults.push(`a Date comes back as a ${typeof two.made}`);
  if (one === two) faults.push("all callers of a process share one object");
  return faults;
}

function tableOf({ size, title }: (typeof SIZES)[number], port: number, context: Context): Table {
  const answers = new Map<string, Answer[]>(NAMES.map((name) => [name, []]));
  // Every process makes hundreds of calls, so two rounds say what three would.
  const rounds = Math.ceil((context.rounds * 2) / 3);
  for (let round = 0; round < rounds; round++) {
    for (const contender of NAMES) {
      context.log(`redis: ${title}, round ${round + 1} of ${rounds}, ${contender}`);
      for (const isFirst of contender === MEMORY ? [false] : [true, false]) {
        const order = JSON.stringify({ contender, size, isFirst, port, from: round * 10_000 } satisfies Ask);
        answers.get(contender)?.push(context.child<Answer>(order));
      }
    }
  }
  const timesOf = (name: string, part: Part) => answers.get(name)?.flatMap((answer) => answer[part] ?? []) ?? [];
  const against = (name: string, part: Part, other: string) => {
    const others = timesOf(other, part);
    return ratio(median(timesOf(name, part).map((time, i) => time / (others[i] as number))));
  };
  const time = (name: string, part: Part) => {
    const times = timesOf(name, part);
    return times.length === 0 ? "–" : duration(median(times));
  };
  return {
    title,
    columns: ["", "miss", "÷ limit", "in Redis", "÷ limit", "in memory", "÷ memory only", "remark"],
    rows: NAMES.map((name) => [
      name === LIMIT || name === OWN || name === MEMORY ? `**${name}**` : name,
      time(name, "miss"),
      against(name, "miss", LIMIT),
      time(name, "stored"),
      against(name, "stored", LIMIT),
      time(name, "memory"),
      against(name, "memory", MEMORY),
      [...new Set(answers.get(name)?.flatMap(({ faults }) => faults))].join("; "),
    ]),
  };
}
