import type { WidgetLookup } from "../features.ts";
import { isDirectPart } from "../key/direct-parts.ts";
import type { EntryKey } from "../key/entry-key.ts";
import { featureOf, state } from "../registry.ts";
import { answer } from "./answer.ts";
import { createEntry, isBare } from "./entry.ts";
import { dropPending, endRun, startRun, within } from "./in-flight.ts";
import { NEVER } from "./never.ts";
import { addEntry, releaseEntry, removeEntry } from "./sums.ts";
import { isPromise } from "./thenable.ts";
import type { CachedFunction, CachedValue, Entry, EntryTable, Persistence, Run } from "./types.ts";

/** A miss: takes the result from the durable store or runs the body, and keeps it. Equal calls meanwhile join this one. */
export function compute(
  owner: CachedFunction,
  table: EntryTable,
  key: EntryKey,
  body: (run: Run) => unknown,
  args: readonly unknown[],
  lookup?: WidgetLookup,
): unknown {
  const refused = state.features.abort?.refuse(owner, args);
  if (refused !== undefined) return refused;
  const { errors } = owner.options;
  const failed = errors === undefined ? errors : featureOf("errors", owner.name).rethrow(owner, table, key);
  if (failed !== undefined) return failed;
  const persistence = owner.persistence(table);
  const tag = taggerOf(owner, args);
  const entry = table.add(key);
  tag?.(entry);
  const run = startRun(owner, entry, args);
  entry.run = run;
  if (lookup !== undefined) state.features.replayer?.begin(run, lookup);
  // Written out rather than shared: each function between a caller and a body takes one of the ten frames of a stack trace.
  let result: unknown;
  try {
    result =
      persistence === undefined
        ? execute(run, body, persistence)
        : featureOf("durable", owner.name).throughStore(
            run,
            persistence,
            args,
            () => execute(run, body, persistence),
            () =>
              answer(owner, entry, { args, body, again: () => compute(owner, table, key, body, args, lookup), lookup }),
          );
  } catch (error) {
    end(run);
    throw error;
  }
  return settled(run, result, args);
}

/** What gives an entry the tags that the option says, if there are any. */
export const taggerOf = (owner: CachedFunction, args: readonly unknown[]) =>
  owner.options.tags === undefined ? undefined : featureOf("tags", owner.name).tagger(owner, args);

/** Starts a run beside the entry of its call, which goes on answering until the new value takes its place. */
export function startAside(
  owner: CachedFunction,
  table: EntryTable,
  key: EntryKey,
  args: readonly unknown[],
  isBackground = false,
): Run {
  const tag = taggerOf(owner, args);
  const entry = createEntry(table, key);
  owner.aside.add(entry);
  tag?.(entry);
  const run = startRun(owner, entry, args, isBackground);
  entry.run = run;
  return run;
}

/** How a run beside its entry begins. */
interface Beginning {
  /** Where the lookup of a call with widgets ended. */
  readonly lookup?: WidgetLookup | undefined;
  /** True if a value that another process has put into the store meanwhile does as well. */
  readonly takesStored?: boolean;
}

/** Runs the body of a run beside its entry. */
export function recompute(run: Run, body: (run: Run) => unknown, { lookup, takesStored }: Beginning = {}): unknown {
  const { owner, entry, args } = run;
  let result: unknown;
  try {
    const persistence = owner.persistence(entry.table);
    if (lookup !== undefined) state.features.replayer?.begin(run, lookup);
    const work = () => execute(run, body, persistence);
    if (takesStored && persistence !== undefined) {
      result = featureOf("durable", owner.name).throughStore(run, persistence, args, work);
    } else {
      // For the epochs of this moment, which the store compares with those of the write.
      const looked = persistence?.lookup(entry);
      result = isPromise(looked) ? looked.then(work) : work();
    }
  } catch (error) {
    end(run);
    throw error;
  }
  return settled(run, result, args);
}

/** Ends a run that gave its result, or sees to it that it ends. */
function settled(run: Run, result: unknown, args: readonly unknown[]): unknown {
  const { owner } = run;
  if (!isPromise(result)) {
    end(run);
    return result;
  }
  if (run.owner.definition.async !== true) run.entry.promised = true;
  run.done = result.finally(() => end(run));
  if (owner.options.timeout !== undefined) run.done = featureOf("timeout", owner.name).limit(run, run.done);
  if (run.isBackground) return run.done;
  return state.features.abort?.wait(run, run.done, args) ?? run.done;
}

function execute(run: Run, body: (run: Run) => unknown, persistence: Persistence | undefined): unknown {
  const { owner, entry } = run;
  const { clock } = state.settings;
  owner.figures.misses++;
  if (run.isBackground) {
    owner.figures.refreshes++;
    owner.emit({ type: "refresh" }, entry);
  }
  owner.emit({ type: "miss" }, entry);
  const started = clock.now();
  entry.created = started;
  const hide =
    run.parent === undefined && !run.isBackground ? state.features.spinner?.(owner, entry.key.length > 0) : undefined;
  const failed = (error: unknown, rejects = true): never => {
    hide?.();
    if (owner.options.errors !== undefined) featureOf("errors", owner.name).keep(run, error, rejects);
    owner.emit({ type: "error", operation: "run", error }, entry);
    throw error;
  };
  const succeeded = (value: unknown): unknown => {
    const stream = state.features.streams?.take(run, value, persistence, hide);
    if (stream !== undefined) return stream;
    hide?.();
    const computed = clock.now();
    owner.lastCost = computed - started;
    // A primitive is kept in no time: the clock need not be asked once more.
    const kept = keep(run, value, persistence, undefined, isDirectPart(value) ? computed : undefined);
    state.features.weigh?.(owner, kept, computed, persistence === undefined ? started : undefined);
    return kept;
  };
  let value: unknown;
  try {
    // If nothing is carried across an `await`, the body says with it that it goes on.
    value = run.isAlone ? body(run) : within(run, body, run);
  } catch (error) {
    return failed(error, false);
  }
  if (isPromise(value)) return value.then(state.features.messages?.reading(succeeded) ?? succeeded, failed);
  if (owner.options.timeout !== undefined && owner.definition.promised !== true)
    featureOf("timeout", owner.name).refuse(owner);
  return succeeded(value);
}

/**
 * Keeps a computed value, here and in the durable store, and hands it to the first caller. `cached` is what stays in the cache of it,
 * `now` this moment, if that is known.
 */
export function keep(
  run: Run,
  value: unknown,
  persistence: Persistence | undefined,
  cached: CachedValue = run.owner.policy.snapshot(value, run.owner),
  now?: number,
): unknown {
  const { owner, entry } = run;
  const files = state.features.files?.of(run);
  if (files !== undefined) entry.files = files;
  if (run.parent?.hasEnded === false) state.features.tags?.inherit(entry, run.parent);
  // What needs no copy is the value itself, or the frozen one that all callers share.
  const first = cached.clone === undefined ? cached.value : value;
  const ttl = Math.min(lifeOf(owner, first, run.args), nestedLife(run));
  const elsewhere = state.features.replayer?.store(run, cached, ttl);
  if (elsewhere) return elsewhere === true ? first : elsewhere.then(() => first);
  const promised = isPromised(owner, entry);
  const bytes = entry.state === "removed" ? undefined : persistence?.encode(cached, promised, entry.replay);
  fill(owner, entry, cached, owner.lastCost, ttl, promised, undefined, bytes === undefined ? now : undefined);
  if (run.parent?.hasEnded === false) state.features.nested?.called(owner, entry, run.parent);
  if (bytes === undefined || (entry as Entry).state === "removed") return first;
  const written = persistence?.write(entry, bytes);
  return written === undefined ? first : written.then(() => first);
}

/** Milliseconds until the first of the entries expires that a run follows. */
const nestedLife = (run: Run): number =>
  run.owner.options.nested === undefined ? NEVER : featureOf("nested", run.owner.name).remaining(run);

/** Milliseconds that an entry with a new value may live. */
export function lifeOf({ options }: CachedFunction, value: unknown, args: readonly unknown[]): number {
  const ttl = options.ttlOf?.(value, args) ?? options.ttl;
  return options.jitter === undefined || ttl === NEVER ? ttl : ttl * (1 - options.jitter * Math.random());
}

/** True if the body gave a promise although the function was not declared async: hits are handed one too. */
export const isPromised = (owner: CachedFunction, entry: Entry): boolean =>
  entry.run?.done !== undefined && owner.definition.async !== true;

/**
 * Puts a value into an entry and, unless it was cleared meanwhile, the entry into the cache. `cost` is what the body
 * took, `ttl` how long the entry may live and `left` how long it may be served, if that is known, all in milliseconds;
 * `promised` as in `Entry`; `now` is this moment, if it is known.
 */
export function fill(
  owner: CachedFunction,
  entry: Entry,
  cached: CachedValue,
  cost: number,
  ttl: number,
  promised: boolean,
  left?: number,
  now: number = state.settings.clock.now(),
): void {
  const began = entry.created;
  entry.created = now;
  entry.value = cached.value;
  entry.clone = cached.clone;
  entry.cost = cost;
  if (promised) entry.promised = true;
  if (ttl !== NEVER) {
    // From a whole millisecond: it may go a part of one early, and never late.
    entry.expires = entry.created + ttl;
    entry.ends = left === undefined ? entry.expires + staleSpan(owner, promised) : entry.created + left;
    owner.lifetime = Math.min(owner.lifetime, entry.ends - entry.created);
  }
  entry.bytes = cached.bytes + (owner.policy.entryBytes?.(entry) ?? 0);
  if (entry.state === "removed") return;
  if (entry.run?.hasTimedOut && isNewer(entry.table.at(entry.key), began)) {
    owner.aside.delete(entry);
    entry.state = "removed";
    return;
  }
  const replaced = owner.aside.size > 0 && owner.aside.delete(entry) ? takePlace(owner, entry) : undefined;
  // Those who wait for it are served from it, and later calls find nothing.
  if (ttl !== 0 || left !== undefined) admit(owner, entry);
  if (replaced !== undefined) releaseEntry(owner, replaced);
}

/** True for an entry that got its value from what began later. */
const isNewer = (entry: Entry | undefined, began: number): boolean => entry?.state === "ready" && entry.created > began;

const staleSpan = (owner: CachedFunction, promised: boolean): number =>
  owner.options.stale === undefined ? 0 : featureOf("stale", owner.name).span(owner, promised);

/** Takes an entry into the cache, if its limits let it in. */
function admit(owner: CachedFunction, entry: Entry): void {
  const { limits } = state.features;
  if (limits === undefined) addEntry(owner, entry);
  else if (!limits.admit(owner, entry)) return;
  entry.fastPath = entry.expires === NEVER && isBare(entry);
  owner.emit({ type: "write", duration: entry.cost, bytes: entry.bytes }, entry);
  limits?.scheduleSweep(owner, entry.ends);
}

/** Replaces the entry that answered so far, which is returned if it had a value, or the run under way. */
function takePlace(owner: CachedFunction, entry: Entry): Entry | undefined {
  const old = entry.table.at(entry.key);
  const replaced = old !== undefined && removeEntry(owner, old) ? old : undefined;
  state.features.errors?.forget(owner, entry.table, entry.key);
  entry.table.put(entry);
  return replaced;
}

/** Ends a run, unless its body gave a stream, with which it will end. An entry that got no value is removed. */
export function end(run: Run): void {
  if (run.streaming !== undefined) return;
  endRun(run);
  run.entry.run = undefined;
  dropPending(run);
  if (run.entry.tags !== undefined && run.entry.state === "removed") state.features.tags?.forget(run.entry);
}
