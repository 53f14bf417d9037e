import { createContext } from "#platform";
import { InvalidOptionError, NoScopeError } from "../errors.ts";
import type { ScopedCalls } from "../features.ts";
import { type CacheScope, CURRENT } from "../options/scope-option.ts";
import { state } from "../registry.ts";
import { emptyTable } from "./clear.ts";
import { currentRun } from "./in-flight.ts";
import { isPromise } from "./thenable.ts";
import type { CachedFunction, EntryTable } from "./types.ts";

/** What the tables of a function belong to within one run of a scope: for methods, one for each instance. */
interface InstanceHolder {
  readonly instance: unknown;
}

/** One call of a scope's `run`. */
interface ScopeRun {
  hasEnded: boolean;
  /** By function, then by instance. */
  holders: Map<CachedFunction, Map<unknown, InstanceHolder>>;
}

interface OwnScope extends CacheScope {
  [CURRENT](): ScopeRun | undefined;
}

/**
 * Makes a scope, once, where a module is loaded: `const request = cacheScope("request")`. The name is for messages. In Node, what
 * `run` calls belongs to it across every `await`; pages can't carry it that far, so there it ends with the first one.
 */
export function cacheScope(name: string): CacheScope {
  if (typeof name !== "string" || name === "")
    throw new InvalidOptionError('cacheScope(): expected a name for messages, as in cacheScope("request")');
  const context = createContext<ScopeRun>();
  const scope: OwnScope = {
    name,
    run<T>(body: () => T): T {
      const run: ScopeRun = { hasEnded: false, holders: new Map() };
      let result: T;
      try {
        result = context.run(run, body);
      } catch (error) {
        endScope(run);
        throw error;
      }
      if (isPromise(result)) return result.finally(() => endScope(run)) as T;
      endScope(run);
      return result;
    },
    [CURRENT]: () => context.get(),
  };
  return scope;
}

function endScope(run: ScopeRun): void {
  run.hasEnded = true;
  for (const [owner, holders] of run.holders)
    for (const holder of holders.values()) emptyTable(owner, owner.of(holder).table);
  run.holders.clear();
}

/**
 * What the entries of a call belong to, where the function has a `scope`; emitted code asks before each lookup.
 * @throws NoScopeError outside of its `run`.
 */
export function scoped(owner: CachedFunction, instance?: unknown): unknown {
  const { scope } = owner.options;
  if (scope === undefined || !state.settings.enabled) return instance;
  const { holders } = runOf(owner, scope);
  warnOfKeeper(owner, scope);
  let own = holders.get(owner);
  if (own === undefined) {
    own = new Map();
    holders.set(owner, own);
  }
  let holder = own.get(instance);
  if (holder === undefined) {
    holder = { instance };
    own.set(instance, holder);
  }
  return holder;
}

function runOf(owner: CachedFunction, scope: CacheScope): ScopeRun {
  const run = (scope as OwnScope)[CURRENT]();
  if (run === undefined || run.hasEnded) throw new NoScopeError(owner.name, scope.name, run !== undefined);
  return run;
}

/** A cached function that lives longer than the scope keeps what it was given within it. */
function warnOfKeeper(owner: CachedFunction, scope: CacheScope): void {
  const keeper = currentRun()?.owner;
  if (keeper === undefined || keeper.options.scope === scope) return;
  const key = `${keeper.definition.id}:${owner.definition.id}:scope`;
  if (state.warned.has(key)) return;
  state.warned.add(key);
  state.settings.onWarning(
    `cachet: ${keeper.name}() keeps what ${owner.name}() gave it, whose entries belong to the scope "${scope.name}": ` +
      `give ${keeper.name} that scope too, or call ${owner.name} outside and pass its result in`,
  );
}

function select(owner: CachedFunction, instance: object | undefined): [unknown, EntryTable][] {
  const { scope } = owner.options;
  if (scope === undefined || !state.settings.enabled) return owner.instances?.select(instance) ?? [];
  if (owner.definition.this !== "identity" || instance !== undefined) {
    const held = owner.definition.this === "identity" ? instance : undefined;
    return [[instance, owner.of(scoped(owner, held)).table]];
  }
  const holders = runOf(owner, scope).holders.get(owner)?.values() ?? [];
  return [...holders].map((holder) => [holder.instance, owner.of(holder).table]);
}

/** For functions with a `scope`. */
export const scope: ScopedCalls = { select };
