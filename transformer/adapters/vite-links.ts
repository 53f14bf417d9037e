import type { DevEnvironment } from "vite";

/**
 * What Vite's module graphs have to know of hashes: the module of a marked function has to be made anew where any file
 * that its hash covers is edited. Told when such a file changes, for one by one, as a file that is watched, Vite resolves
 * each of them at the start: 100 modules that cover 320 files are 4,000 questions, of which an edit needs a few.
 */
export class ViteLinks {
  /** By environment and id: what the module's hashes cover, the file itself aside. */
  readonly #covered = new Map<DevEnvironment, Map<string, readonly string[]>>();
  /** Outside the root, which Vite watches anyway. */
  readonly #watched = new Set<string>();

  /** @param files absolute paths, also of files that aren't there yet */
  cover(environment: DevEnvironment, id: string, files: readonly string[], watch: (file: string) => void): void {
    const covered = this.#covered.get(environment) ?? new Map<string, readonly string[]>();
    this.#covered.set(environment, covered.set(id, files));
    const root = `${environment.config.root.replace(/\/$/, "")}/`;
    for (const file of files) {
      if (file.startsWith(root) || this.#watched.has(file)) continue;
      this.#watched.add(file);
      watch(file);
    }
  }

  /**
   * A file has changed: what covers it is made anew, also where Vite would take its last text with the old hash in it since
   * only what it imports has changed, and counts as what imports it, for updates of pages and for reruns of tests.
   */
  invalidate(file: string): void {
    for (const [{ moduleGraph }, covered] of this.#covered) {
      for (const [id, files] of covered) {
        const module = files.includes(file) ? moduleGraph.getModuleById(id) : undefined;
        if (!module) continue;
        const changed = moduleGraph.getModulesByFile(file);
        for (const each of changed?.size ? changed : [moduleGraph.createFileOnlyEntry(file)])
          each.importers.add(module);
        moduleGraph.invalidateModule(module);
      }
    }
  }
}
