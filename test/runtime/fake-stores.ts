import type { Metadata, Store, StoredEntry } from "../../runtime/stores/store.ts";

type Call = (operation: string) => void;

/** A store that answers at once and keeps everything. `before` sees each operation and may throw. */
export function fakeStore(before: Call = () => {}): Store & { kept: Map<string, StoredEntry> } {
  const kept = new Map<string, StoredEntry>();
  const epochs = new Map<string, string>();
  let renewed = 0;
  const done = <T>(operation: string, action: () => T): T => {
    before(operation);
    return action();
  };
  return {
    name: "fake",
    sync: true,
    kept,
    readEpochs: (scopes) => scopes.map((scope) => epochs.get(scope) ?? "first"),
    renewEpochs: (scopes) =>
      done("renewEpochs", () => {
        for (const scope of scopes) epochs.set(scope, String(++renewed));
      }),
    lookup: (key) => done("lookup", () => kept.get(key)),
    write: (key: string, bytes: Uint8Array, meta: Metadata) =>
      done("write", () => void kept.set(key, { bytes: bytes.slice(), meta })),
    delete: (key) => done("delete", () => void kept.delete(key)),
    clear: (id) =>
      done("clear", () => {
        for (const [key, entry] of kept) if (id === undefined || entry.meta.function === id) kept.delete(key);
      }),
  };
}

/** The same, answering later; `gate` holds up each operation. */
export function fakeAsyncStore(
  gate: (operation: string) => Promise<void> = async () => {},
): Store & { kept: Map<string, StoredEntry> } {
  const inner = fakeStore();
  const later = async <T>(operation: string, action: () => T | Promise<T>): Promise<T> => {
    await gate(operation);
    return action();
  };
  return {
    name: "later",
    sync: false,
    kept: inner.kept,
    readEpochs: async (scopes: readonly string[], make: boolean) => inner.readEpochs?.(scopes, make) ?? [],
    renewEpochs: (scopes: readonly string[]) => later("renewEpochs", () => inner.renewEpochs?.(scopes)),
    lookup: (key: string) => later("lookup", () => inner.kept.get(key)),
    write: (key: string, bytes: Uint8Array, meta: Metadata) => later("write", () => inner.write(key, bytes, meta)),
    delete: (key: string) => later("delete", () => void inner.kept.delete(key)),
    clear: (id?: string) => later("clear", () => inner.clear(id)),
  };
}
