import { state } from "../registry.ts";
import type { Entry, EntryTable, OrderOfUse } from "./types.ts";

/** A list that is linked through the entries. */
class UseOrder implements OrderOfUse {
  oldest: Entry | undefined = undefined;
  private newest: Entry | undefined = undefined;

  append(entry: Entry): void {
    entry.used = ++state.tick;
    entry.older = this.newest;
    if (this.newest === undefined) this.oldest = entry;
    else this.newest.newer = entry;
    this.newest = entry;
  }

  detach(entry: Entry): void {
    if (entry.older === undefined) this.oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === undefined) this.newest = entry.older;
    else entry.newer.older = entry.older;
    entry.older = entry.newer = undefined;
  }

  touch(entry: Entry): void {
    if (this.newest === entry) {
      entry.used = ++state.tick;
      return;
    }
    this.detach(entry);
    this.append(entry);
  }

  clear(): void {
    this.oldest = this.newest = undefined;
  }
}

/** From now on the table keeps the order in which its entries are used; those that it has count as used in the order of their values. */
export function startOrder(table: EntryTable): void {
  if (table.order !== undefined) return;
  const known = table.values();
  table.order = new UseOrder();
  for (const entry of known) table.order.append(entry);
}
