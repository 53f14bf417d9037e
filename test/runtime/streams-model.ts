import { abort, type EmittedDefinition, generator, heed, keys, MISS, streams } from "../../runtime/internal.ts";
import { state } from "../../runtime/registry.ts";
import { createRandom } from "../transformer/fuzz/sources.ts";

/** How often what was worth trying happened. */
export interface Counts {
  runs: number;
  joins: number;
  hits: number;
  ended: number;
  failed: number;
  cancelled: number;
  left: number;
  aborted: number;
  clears: number;
}

/** One execution of the body. */
interface SourceRun {
  id: number;
  began: number;
  /** Milliseconds before each chunk. */
  delays: number[];
  /** Where it fails, if it does. */
  failsAt: number | undefined;
  fate: "open" | "ended" | "failed" | "closed";
  over: number;
  /** True where the entry was cleared meanwhile. */
  wasCleared: boolean;
}

interface ReaderPlan {
  joins: number;
  /** Milliseconds that it takes over each chunk. */
  thinks: number;
  /** After so many chunks it leaves. */
  leavesAfter: number | undefined;
  /** So long after it joined its signal aborts. */
  abortsAfter: number | undefined;
}

/** What became of a reader. */
interface ReaderEnd {
  plan: ReaderPlan;
  /** The run that gave its chunks. */
  run: number | undefined;
  chunks: number;
  how: "end" | "error" | "left" | "aborted";
  /** Virtual time when it was over. */
  at: number;
  /** Clears before it began to read. */
  clearsBefore: number;
}

/** Time that moves when all that could happen at one moment has happened. */
class VirtualTime {
  now = 0;
  private readonly due: { at: number; order: number; go: () => void }[] = [];
  private order = 0;

  sleep(ms: number): Promise<void> {
    return new Promise((go) => void this.due.push({ at: this.now + ms, order: this.order++, go }));
  }

  async run(): Promise<void> {
    for (;;) {
      await settle();
      if (this.due.length === 0) return;
      this.due.sort((a, b) => a.at - b.at || a.order - b.order);
      const next = this.due.shift() as (typeof this.due)[number];
      this.now = next.at;
      next.go();
    }
  }
}

const settle = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** One stream with readers that join, think, leave and abort at random, and now and then a clear; what they see is checked. */
export class StreamsModel {
  readonly counts: Counts = {
    runs: 0,
    joins: 0,
    hits: 0,
    ended: 0,
    failed: 0,
    cancelled: 0,
    left: 0,
    aborted: 0,
    clears: 0,
  };
  private readonly seed: number;
  private readonly random: () => number;
  private readonly time = new VirtualTime();
  private readonly runs: SourceRun[] = [];
  private readonly clears: number[] = [];
  private readonly length: number;
  private readonly call: (signal: AbortSignal) => AsyncGenerator<{ run: number; index: number }>;

  constructor(seed: number) {
    this.seed = seed;
    this.random = createRandom(seed);
    this.length = 1 + this.upTo(5);
    this.call = this.define();
  }

  private upTo(most: number): number {
    return Math.floor(this.random() * (most + 1));
  }

  private chance(share: number): boolean {
    return this.random() < share;
  }

  private define() {
    const definition: EmittedDefinition = {
      id: `test/streams-model.ts#${this.seed}`,
      hash: "c1:0",
      name: "source",
      parts: ["signal"],
      async: true,
      use: { keys, abort, streams },
    };
    const descriptor = generator(definition);
    const body = () => this.body();
    return (signal: AbortSignal) => {
      const found = descriptor.get1(signal);
      const stream = heed([signal], found === MISS ? descriptor.run([signal], body) : found);
      return stream as AsyncGenerator<{ run: number; index: number }>;
    };
  }

  private async *body() {
    const { time, runs, length } = this;
    const run: SourceRun = {
      id: runs.length,
      began: time.now,
      delays: Array.from({ length: length + 1 }, () => (this.chance(0.3) ? 0 : this.upTo(30))),
      failsAt: this.chance(0.2) ? this.upTo(length) : undefined,
      fate: "open",
      over: Number.POSITIVE_INFINITY,
      wasCleared: false,
    };
    for (const other of runs) this.checkBefore(other, run);
    runs.push(run);
    try {
      for (let index = 0; index < length; index++) {
        await time.sleep(run.delays[index] as number);
        if (index === run.failsAt) throw new Error(`run ${run.id}`);
        yield { run: run.id, index };
      }
      await time.sleep(run.delays[length] as number);
      if (run.failsAt === length) throw new Error(`run ${run.id}`);
      run.fate = "ended";
    } catch (error) {
      run.fate = "failed";
      throw error;
    } finally {
      if (run.fate === "open") run.fate = "closed";
      run.over = time.now;
    }
  }

  /** A run begins only where none goes on and none has ended well, but for those of before a clear. */
  private checkBefore(other: SourceRun, run: SourceRun): void {
    if (other.wasCleared) return;
    const isAbandoned = other.fate === "open" && this.endsOf(other.id).length > 0;
    this.expect(other.fate !== "open" || isAbandoned, `run ${run.id} began while run ${other.id} went on`);
    this.expect(!this.isKept(other), `run ${run.id} began although run ${other.id} had ended well`);
  }

  /** True if somebody got the end of a run: where all have left before, the body may still come to its end, for nobody. */
  private isKept(run: SourceRun): boolean {
    return run.fate === "ended" && !run.wasCleared && this.ends.some((end) => end.run === run.id && end.how === "end");
  }

  private readonly ends: ReaderEnd[] = [];
  private endsOf(run: number): ReaderEnd[] {
    return this.ends.filter((end) => end.run === run || end.run === undefined);
  }

  private expect(isTrue: boolean, what: string): void {
    if (!isTrue) throw new Error(`seed ${this.seed}: ${what}\n${JSON.stringify({ runs: this.runs, ends: this.ends })}`);
  }

  private plan(): ReaderPlan {
    return {
      joins: this.upTo(100),
      thinks: this.chance(0.5) ? 0 : this.upTo(40),
      leavesAfter: this.chance(0.25) ? this.upTo(this.length) : undefined,
      abortsAfter: this.chance(0.2) ? this.upTo(80) : undefined,
    };
  }

  private async read(plan: ReaderPlan): Promise<void> {
    const { time } = this;
    await time.sleep(plan.joins);
    const controller = new AbortController();
    const end: ReaderEnd = { plan, run: undefined, chunks: 0, how: "end", at: 0, clearsBefore: this.clears.length };
    const runsBefore = this.runs.length;
    if (plan.abortsAfter !== undefined)
      void time.sleep(plan.abortsAfter).then(() => controller.abort(new Error(`aborted ${plan.joins}`)));
    const stream = this.call(controller.signal);
    try {
      for (;;) {
        if (end.chunks === plan.leavesAfter) {
          await stream.return(undefined);
          end.how = "left";
          break;
        }
        const { done, value } = await stream.next();
        if (done) break;
        end.run ??= value.run;
        this.expect(value.run === end.run, `a reader got chunks of two runs`);
        this.expect(value.index === end.chunks, `a reader got chunk ${value.index} after ${end.chunks} chunks`);
        end.chunks++;
        await time.sleep(plan.thinks);
      }
    } catch (error) {
      if ((error as Error).message.startsWith("seed")) throw error;
      end.how = (error as Error).message.startsWith("aborted") ? "aborted" : "error";
      if (end.how === "error") end.run = Number((error as Error).message.slice(4));
    }
    end.at = time.now;
    this.ends.push(end);
    if (end.run !== undefined && end.run < runsBefore) {
      const run = this.runs[end.run] as SourceRun;
      if (run.over < plan.joins) this.counts.hits++;
      else this.counts.joins++;
    }
  }

  private async clearAt(at: number): Promise<void> {
    await this.time.sleep(at);
    this.clears.push(this.runs.length);
    for (const run of this.runs) run.wasCleared = true;
    this.counts.clears++;
    const { clearCall } = await import("../../runtime/call/clear.ts");
    const owner = state.functions.get(`test/streams-model.ts#${this.seed}`);
    if (owner !== undefined)
      await clearCall(owner, { table: owner.root, key: owner.keyOf([new AbortController().signal]) });
  }

  async run(): Promise<Counts> {
    const plans = Array.from({ length: 1 + this.upTo(5) }, () => this.plan());
    const work = plans.map((plan) => this.read(plan));
    if (this.chance(0.2)) work.push(this.clearAt(this.upTo(100)));
    const all = Promise.all(work);
    let failure: unknown;
    all.catch((error) => {
      failure = error;
    });
    await this.time.run();
    if (failure !== undefined) throw failure;
    this.expect(this.ends.length === plans.length, "a reader never came to an end");
    for (const end of this.ends) this.checkReader(end);
    await this.checkRuns();
    state.functions.delete(`test/streams-model.ts#${this.seed}`);
    return this.counts;
  }

  private checkReader(end: ReaderEnd): void {
    const { plan, how, chunks } = end;
    if (how === "left") this.counts.left++;
    if (how === "aborted") {
      this.counts.aborted++;
      this.expect(plan.abortsAfter !== undefined, "a reader was aborted by another's signal");
    }
    if (end.run === undefined) return;
    const run = this.runs[end.run] as SourceRun;
    const seen = end.clearsBefore === 0 ? 0 : (this.clears[end.clearsBefore - 1] as number);
    this.expect(run.id >= seen, `a reader got run ${run.id}, which a clear had made old`);
    if (how === "end") {
      this.expect(run.fate === "ended" && chunks === this.length, "a reader's stream ended before its run");
      // Slow readers hold up nobody: whoever asked at once from the start has it as fast as the source can.
      const isFirst = plan.joins === run.began && plan.thinks === 0;
      const fastest = run.began + run.delays.reduce((sum, each) => sum + each, 0);
      if (isFirst) this.expect(end.at === fastest, `a fast reader had its end at ${end.at}, and not at ${fastest}`);
    }
    if (how === "error")
      this.expect(
        run.fate === "failed" && chunks === run.failsAt,
        "a reader got an error at another place than its run's",
      );
  }

  private async checkRuns(): Promise<void> {
    for (const run of this.runs) {
      this.counts.runs++;
      this.expect(run.fate !== "open", `run ${run.id} goes on for nobody`);
      const readers = this.ends.filter((end) => end.run === run.id);
      if (run.fate === "ended") this.counts.ended++;
      if (run.fate === "failed") this.counts.failed++;
      if (run.fate === "closed") {
        this.counts.cancelled++;
        this.expect(
          readers.every(({ how }) => how === "left" || how === "aborted"),
          `run ${run.id} was closed under a reader`,
        );
      }
    }
    const kept = this.runs.find((run) => this.isKept(run));
    const before = this.runs.length;
    const chunks: number[] = [];
    const again = (async () => {
      for await (const { run } of this.call(new AbortController().signal)) chunks.push(run);
    })().catch(() => {});
    await this.time.run();
    await again;
    if (kept === undefined) {
      // Whoever was still there at a run's end need not have come to it himself.
      const mayBeKept = this.runs.some(
        ({ id, fate, wasCleared, over }) =>
          fate === "ended" && !wasCleared && this.ends.some((end) => end.run === id && end.at >= over),
      );
      this.expect(mayBeKept || this.runs.length === before + 1, "what had not ended well was kept");
      return;
    }
    this.expect(this.runs.length === before, "what had ended well was not kept");
    this.expect(
      chunks.length === this.length && chunks.every((run) => run === kept.id),
      "what was kept is not what came",
    );
  }
}
