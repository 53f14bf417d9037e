import type { Store } from "../../runtime/stores/store.ts";

/** Wraps a store so that operations fail at random: before they did anything, or after they did it. */
export function flaky(store: Store, random: () => number, rate = 0.3): Store {
  const METHODS = ["lookup", "write", "delete", "clear", "lock", "lockSync", "prune"];
  return new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (!METHODS.includes(String(name))) return member.bind(target);
      return (...args: unknown[]) => {
        if (random() < rate) throw new Error(`${String(name)} failed before`);
        const result = member.apply(target, args);
        // A lock whose failure hides that it was given would be held for good.
        if (!String(name).startsWith("lock") && random() < rate) throw new Error(`${String(name)} failed after`);
        return result;
      };
    },
  });
}

/** Random numbers that come out the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
