import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DiskStore } from "../../runtime/stores/disk.ts";
import type { Store } from "../../runtime/stores/store.ts";
import { temporaryDirectory } from "../stores/bundle.ts";
import type { Medium, MediumListener } from "./clears-model.ts";
import { FaultyFiles } from "./faulty-files.ts";

/** A directory whose file system fails, and whose files somebody damages. */
export class FaultyDisk implements Medium {
  private readonly random: () => number;
  private readonly directory = temporaryDirectory("chaos");
  private readonly files: FaultyFiles;
  private readonly stores: DiskStore[] = [];
  private damaged = 0;

  constructor(random: () => number, rate = 0.02) {
    this.random = random;
    this.files = new FaultyFiles(this.directory.path, random, rate);
  }

  get counts(): Record<string, number> {
    return { ...this.files.counts, damaged: this.damaged };
  }

  open({ clearing }: MediumListener): Store {
    const store = new DiskStore({ dir: this.directory.path, lockTimeout: 1 });
    this.stores.push(store);
    const renew = store.renewEpochs.bind(store);
    store.renewEpochs = (scopes) => {
      const taken = clearing(scopes);
      renew(scopes);
      taken();
    };
    return store;
  }

  /**
   * Cuts an entry off, flips a bit of it, or puts another entry's content in its place. In the log of clears a bit is flipped: that a line is gone
   * altogether nobody can tell.
   */
  disturb(): void {
    const { rate } = this.files;
    this.files.rate = 0;
    const paths = readdirSync(this.directory.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.entry$|^clears$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    const [path, other] = [this.pick(paths), this.pick(paths)];
    if (path !== undefined && other !== undefined) this.damage(path, other);
    this.files.rate = rate;
  }

  recover(): void {
    this.files.rate = 0;
  }

  close(): void {
    for (const store of this.stores) store.close();
    this.files.restore();
    this.directory.remove();
  }

  private damage(path: string, other: string): void {
    this.damaged++;
    const dice = this.random();
    const at = Math.floor(this.random() * statSync(path).size);
    const isEntry = path.endsWith(".entry");
    if (isEntry && dice < 0.3) truncateSync(path, at);
    else if (isEntry && dice < 0.5) writeFileSync(path, readFileSync(other));
    else {
      const bytes = readFileSync(path);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(this.random() * 8));
      writeFileSync(path, bytes);
    }
  }

  private pick(paths: readonly string[]): string | undefined {
    return paths[Math.floor(this.random() * paths.length)];
  }
}
