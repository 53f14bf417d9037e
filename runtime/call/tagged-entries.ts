import type { TaggedEntries, UnwrappedEntry } from "../dependency-features.ts";
import { CachetError, messageOf } from "../errors.ts";
import { shown } from "../options/option-parser.ts";
import { jsonBehind, TAGS, withJson } from "../persist/json-header.ts";
import { all, andThen } from "../persist/maybe-promise.ts";
import { ANY_TAG, clearedScope, isTag, tagScope } from "../persist/scopes.ts";
import { knownFunctions, shared, state } from "../registry.ts";
import { stringBytes } from "../snapshot/memory-cost.ts";
import type { Captured, Epochs, MaybePromise } from "../stores/store.ts";
import { bindToRun, currentRun } from "./in-flight.ts";
import { releaseEntry, removeEntry } from "./sums.ts";
import type { CachedFunction, Entry, EntryTable, Run, StoredValue } from "./types.ts";

/*
 * Entries and runs by the scopes of their tags. An entry is in here from the moment a tag of it is known, so while its run is
 * still under way, until it leaves the cache. Tables are held weakly: those of an instance go with it.
 */

/** What the entries of one table have for tags. */
interface TableTags {
  readonly owner: CachedFunction;
  readonly table: WeakRef<EntryTable>;
  readonly entries: Map<string, Set<Entry>>;
  /** The keys of `entries`, as something that does not hold them. */
  readonly scopes: Set<string>;
}

const byTable = /* @__PURE__ */ shared("tables", () => new WeakMap<EntryTable, TableTags>());
const byScope = /* @__PURE__ */ shared("scopes", () => new Map<string, Set<TableTags["table"]>>());
/** Entries that a tag made expire, and that are still served. */
const outdated = /* @__PURE__ */ shared("outdated", () => new WeakSet<Entry>());
let collected: FinalizationRegistry<Omit<TableTags, "owner" | "entries">> | undefined;

function tagsOf(owner: CachedFunction, table: EntryTable): TableTags {
  const known = byTable.get(table);
  if (known !== undefined) return known;
  const made: TableTags = { owner, table: new WeakRef(table), entries: new Map(), scopes: new Set() };
  byTable.set(table, made);
  collected ??= new FinalizationRegistry((gone) => {
    for (const scope of gone.scopes) leave(scope, gone.table);
  });
  collected.register(table, { table: made.table, scopes: made.scopes });
  return made;
}

function enter(scope: string, { table, entries, scopes }: TableTags): Set<Entry> {
  const tables = byScope.get(scope) ?? new Set();
  byScope.set(scope, tables.add(table));
  scopes.add(scope);
  const own = new Set<Entry>();
  entries.set(scope, own);
  return own;
}

function leave(scope: string, table: TableTags["table"]): void {
  const tables = byScope.get(scope);
  if (!tables?.delete(table) || tables.size > 0) return;
  byScope.delete(scope);
  names.delete(scope);
}

function* carriersOf(scope: string): Generator<[CachedFunction, Entry]> {
  for (const ref of [...(byScope.get(scope) ?? [])]) {
    const table = ref.deref();
    const known = table && byTable.get(table);
    for (const entry of [...(known?.entries.get(scope) ?? [])]) yield [(known as TableTags).owner, entry];
  }
}

/** When a tag was last cleared, by `state.tick`: a run that began before may have read what has changed since. */
const clears = /* @__PURE__ */ shared("clears", () => new Map<string, number>());
/** Beyond so many the oldest go, and count for every tag that is in here no more. */
const MOST = 10_000;
const forgotten = /* @__PURE__ */ shared("forgotten", () => ({ tick: 0 }));

const clearedAt = (scope: string): number => clears.get(scope) ?? forgotten.tick;

function noteClear(scope: string): void {
  clears.delete(scope);
  clears.set(scope, ++state.tick);
  if (clears.size <= MOST) return;
  const [oldest, tick] = clears.entries().next().value as [string, number];
  clears.delete(oldest);
  forgotten.tick = Math.max(forgotten.tick, tick);
}

/** What an entry takes for each scope of its tags, and a scope that no other entry of its table has, and the name of its tag. */
const TAGGED = 170;
const OWN_SCOPE = 360;
const NAME = 265;

/** Bytes of an entry's tags. What entries share counts for the first of them. */
function bytesOf({ table, tags = [] }: Entry): number {
  const own = byTable.get(table)?.entries;
  let bytes = 0;
  for (const scope of tags) {
    const name = names.get(scope);
    bytes += TAGGED;
    if (own?.get(scope)?.size === 1) bytes += OWN_SCOPE + (name === undefined ? 0 : NAME + stringBytes(name));
  }
  return bytes;
}

/** Names of the tags that entries have, by their scopes. */
const names = /* @__PURE__ */ shared("names", () => new Map<string, string>());

function noteName(tag: string): string {
  const scope = tagScope(tag);
  names.set(scope, tag);
  return scope;
}

const namesOf = ({ tags = [] }: Entry): string[] =>
  tags.flatMap((scope) => {
    const name = names.get(scope);
    return name === undefined ? [] : [name];
  });

/**
 * Scopes of tags.
 * @throws TypeError for what is no tag, saying what it is.
 */
export function scopesOfTags(tags: readonly unknown[]): string[] {
  return tags.map((tag) => {
    if (typeof tag === "string" && tag !== "") return noteName(tag);
    throw new TypeError(`a tag is a string that is not empty, got ${shown(tag)}`);
  });
}

/** The scopes of the tags that the option gives a call. */
function scopesOfCall(owner: CachedFunction, args: readonly unknown[]): string[] {
  try {
    return (owner.options.tags ?? []).flatMap((tag) => {
      const given = typeof tag === "function" ? tag(...args) : tag;
      return given === undefined || given === null ? [] : scopesOfTags(Array.isArray(given) ? given : [given]);
    });
  } catch (cause) {
    const text = `${owner.name}(): its \`tags\` can't be told for this call: ${messageOf(cause)}`;
    throw new CachetError("CACHET_INVALID_TAG", text, { cause });
  }
}

function restore(owner: CachedFunction, entry: Entry, { tags, isOutdated, tagNames = [] }: StoredValue): void {
  add(owner, entry, tags, isOutdated);
  // Known as long as an entry here carries the tag.
  for (const name of tagNames) if (entry.tags?.includes(tagScope(name))) noteName(name);
}

function wrap(entry: Entry, bytes: Uint8Array): Uint8Array {
  const known = [...new Set([...namesOf(entry), ...(entry.tagNames ?? [])])];
  return known.length === 0 ? bytes : withJson(TAGS, known, bytes);
}

function unwrap(stored: UnwrappedEntry): UnwrappedEntry | undefined {
  try {
    const { data, bytes } = jsonBehind<unknown>(TAGS, stored.bytes);
    const tagNames = Array.isArray(data) ? data.filter((name) => typeof name === "string") : undefined;
    return { ...stored, bytes, tagNames };
  } catch {
    // Damaged: computed anew.
    return undefined;
  }
}

const withCleared = (scope: string): string[] => (isTag(scope) ? [scope, clearedScope(scope)] : [scope]);

function add(owner: CachedFunction, entry: Entry, scopes: readonly string[], isOutdated = false): string[] {
  if (isOutdated) outdated.add(entry);
  const known = entry.tags ?? [];
  const all = owner.options.stale === undefined ? scopes : scopes.flatMap(withCleared);
  const added = [...new Set(all)].filter((scope) => !known.includes(scope));
  if (added.length === 0) return added;
  // A list that grows by spreading or pushing has room for many more.
  entry.tags = known.concat(added);
  const own = tagsOf(owner, entry.table);
  for (const scope of added) (own.entries.get(scope) ?? enter(scope, own)).add(entry);
  return added;
}

function tagger(owner: CachedFunction, args: readonly unknown[]): (entry: Entry) => void {
  const scopes = scopesOfCall(owner, args);
  return (entry) => void add(owner, entry, scopes);
}

/** Adds tags to what a run computes. One that was cleared since the run began keeps the result out of the cache. */
export function tagRun(run: Run, scopes: readonly string[]): void {
  const { owner, entry } = run;
  const added = add(owner, entry, scopes);
  if (added.some((scope) => clearedAt(scope) > run.began)) remove(owner, entry);
  else if (added.length > 0) owner.persistence(entry.table)?.capture(entry, added);
}

function late(
  began: MaybePromise<Captured | undefined>,
  later: MaybePromise<Epochs | undefined>,
): MaybePromise<Captured> {
  return andThen(all<unknown>([began, later]), ([before, found]) => {
    const { epochs, tags } = (before ?? {}) as Partial<Captured>;
    const { [ANY_TAG]: now, ...more } = (found ?? {}) as Epochs;
    const isSure = epochs !== undefined && now !== undefined && now === tags;
    return { epochs: isSure ? { ...epochs, ...more } : undefined, tags };
  });
}

function inherit(entry: Entry, given?: Run, isOutdated = outdated.has(entry)): void {
  const { tags = [], files } = entry;
  if (tags.length === 0 && files === undefined) return;
  const run = given ?? currentRun();
  if (run === undefined) return;
  // What is made of it would be as old, and carry the tag as if it were not.
  if (isOutdated) remove(run.owner, run.entry);
  // What an entry follows is its own affair.
  tagRun(run, tags.filter(isTag));
  if (files !== undefined) state.features.files?.inherit(files, run);
}

function forget(entry: Entry): void {
  const known = byTable.get(entry.table);
  for (const scope of entry.tags ?? []) {
    const own = known?.entries.get(scope);
    if (known === undefined || !own?.delete(entry) || own.size > 0) continue;
    known.entries.delete(scope);
    known.scopes.delete(scope);
    leave(scope, known.table);
  }
}

function remove(owner: CachedFunction, entry: Entry, tag?: string): void {
  if (entry.state === "removed") return;
  if (owner.aside.delete(entry)) entry.state = "removed";
  else if (removeEntry(owner, entry)) releaseEntry(owner, entry);
  if (entry.run !== undefined) state.features.abort?.abandon(entry.run);
  owner.emit({ type: "clear", all: false, ...(tag !== undefined && { tag }) }, entry);
}

function clear(scopes: readonly string[]): void {
  for (const scope of scopes) {
    noteClear(scope);
    const tag = names.get(scope);
    for (const [owner, entry] of carriersOf(scope)) {
      const cleared = clearedScope(scope);
      const isExpiry = isTag(scope) && !scopes.includes(cleared);
      const maySurvive = isExpiry && entry.state === "ready" && entry.tags?.includes(cleared);
      if (maySurvive && state.features.stale?.expire(owner, entry)) {
        outdated.add(entry);
        owner.emit({ type: "expire", ...(tag !== undefined && { tag }) }, entry);
      } else remove(owner, entry, tag);
    }
    if (!byScope.has(scope)) names.delete(scope);
  }
  // Which tags a call would have had is not known where it failed.
  if (state.features.errors === undefined || !scopes.some(isTag)) return;
  for (const owner of knownFunctions()) for (const table of owner.tables()) state.features.errors.forget(owner, table);
}

function expired(
  carried: Epochs,
  known: Epochs,
  read: (scopes: readonly string[]) => MaybePromise<readonly (string | undefined)[] | undefined>,
): MaybePromise<number | undefined> {
  const others = Object.keys(carried).filter((scope) => !Object.hasOwn(known, scope));
  return andThen(others.length === 0 ? [] : read(others), (found) => {
    if (found === undefined) return undefined;
    return expiredAt(carried, { ...known, ...Object.fromEntries(others.map((scope, i) => [scope, found[i]])) });
  });
}

function expiredAt(carried: Epochs, now: Partial<Epochs>): number | undefined {
  let first = Number.POSITIVE_INFINITY;
  for (const [scope, epoch] of Object.entries(now)) {
    if (carried[scope] === epoch) continue;
    const cleared = clearedScope(scope);
    if (!isTag(scope) || epoch === undefined || carried[cleared] === undefined || carried[cleared] !== now[cleared])
      return undefined;
    first = Math.min(first, timeOfEpoch(epoch));
  }
  return first;
}

/** When an epoch was made, as it says itself. One of another make, or of another clock, counts as made now. */
function timeOfEpoch(epoch: string): number {
  const now = state.settings.clock.wall();
  const [, made] = /^([0-9a-z]{8,9})\./.exec(epoch) ?? [];
  return made === undefined ? now : Math.min(now, Number.parseInt(made, 36));
}

/** For functions with `tags`, and bodies that call `cacheTag`. */
export const tags: TaggedEntries = {
  bindToRun,
  tagger,
  add,
  restore,
  wrap,
  unwrap,
  inherit,
  late,
  bytesOf,
  namesOf,
  forget,
  clear,
  expired,
};
