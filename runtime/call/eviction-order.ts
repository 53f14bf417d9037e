import { LazyHeap } from "./lazy-heap.ts";
import { NEVER } from "./never.ts";
import type { CachedFunction, Entry, EntryTable } from "./types.ts";

/** A table as the order knows it. It is held by its instance alone, so entries live and die with that. */
interface Listed {
  table: WeakRef<EntryTable>;
  owner: WeakRef<CachedFunction>;
  /** True while it waits in the order of use. */
  isWaiting: boolean;
  /** When the first of its entries expires, as far as the order knows. */
  earliest: number;
}

/** An entry and the function that it belongs to. */
export interface Candidate {
  owner: CachedFunction;
  entry: Entry;
}

/** The entries of each table that expire, by when they do. */
const expiring = new WeakMap<EntryTable, LazyHeap<Entry>>();
/** So many entries that were removed may still wait, besides as many as there are. */
const SLACK = 64;

/** Takes in an entry that expires, before the orders that its table is listed in. */
export function awaitExpiry(entry: Entry): void {
  const { table } = entry;
  let heap = expiring.get(table);
  if (heap === undefined) {
    heap = new LazyHeap((each) => (each.state === "ready" ? each.ends : undefined));
    expiring.set(table, heap);
  }
  heap.push(entry);
  if (heap.size > 2 * table.sums.entries + SLACK) heap.compact();
}

/**
 * Which entry goes next, over many tables: of one function with its instances, or of all functions. Each table keeps its own
 * order of use; this one puts the tables in order by their least recently used entry, and by the first that expires.
 */
export class EvictionOrder {
  private readonly listed = new WeakMap<EntryTable, Listed>();
  private readonly byUse = new LazyHeap<Listed>((each) => {
    const used = each.table.deref()?.order?.oldest?.used;
    each.isWaiting = used !== undefined;
    return used;
  });
  private readonly byExpiry = new LazyHeap<Listed>((each) => {
    const table = each.table.deref();
    const first = table && expiring.get(table)?.peek();
    each.earliest = first?.ends ?? NEVER;
    return first?.ends;
  });

  /** Takes in a table of a function, to which entries may have been added. */
  list(owner: CachedFunction, table: EntryTable): void {
    let listed = this.listed.get(table);
    if (listed === undefined) {
      listed = { table: new WeakRef(table), owner: new WeakRef(owner), isWaiting: false, earliest: NEVER };
      this.listed.set(table, listed);
    }
    if (!listed.isWaiting) this.byUse.push(listed);
    const first = expiring.get(table)?.peek();
    if (first !== undefined && first.ends < listed.earliest) this.byExpiry.push(listed);
  }

  /** The least recently used entry. */
  leastUsed(): Candidate | undefined {
    const listed = this.byUse.peek();
    return candidate(listed, listed?.table.deref()?.order?.oldest);
  }

  /** The entry that expires first. */
  firstToExpire(): Candidate | undefined {
    const listed = this.byExpiry.peek();
    const table = listed?.table.deref();
    return candidate(listed, table && expiring.get(table)?.peek());
  }
}

function candidate(listed: Listed | undefined, entry: Entry | undefined): Candidate | undefined {
  const owner = listed?.owner.deref();
  return owner === undefined || entry === undefined ? undefined : { owner, entry };
}
