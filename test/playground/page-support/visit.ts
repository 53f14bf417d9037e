import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { examples } from "../../../playground/examples/index.ts";
import { buildPackage } from "../../adapters/package.ts";
import { REPOSITORY } from "../../adapters/project.ts";
import { openBrowser, type Running, serve } from "../../stores/browser.ts";
import { buildSite, Copy, startDevServer } from "./playground.ts";
import { Visitor } from "./visitor.ts";

const SCRIPTS = [
  ...["start", "weather", "flights", "stocks", "texts", "report"],
  ...["slow-source", "shop", "per-user", "server"],
];
/** Ids of all pages that run something. */
export const ALL = [...SCRIPTS, ...examples.map(({ file }) => `example/${file.replace(".ts", "")}`)];

/** What a visit takes to begin on a busy machine, in milliseconds. */
export const START_TIMEOUT = 4 * 60_000;

const FORCE = { recursive: true, force: true };

/** A playground that runs, and somebody in front of it in a browser with a profile of its own. */
export class Visit<Place = unknown> {
  /** What is visited: a copy of the sources, or the folder of a built site. */
  readonly place: Place;
  readonly visitor: Visitor;
  readonly page: Page;
  readonly url: string;
  private readonly ends: readonly (() => unknown)[];

  private constructor(place: Place, visitor: Visitor, ends: readonly (() => unknown)[]) {
    this.place = place;
    this.visitor = visitor;
    this.page = visitor.page;
    this.url = visitor.url;
    this.ends = ends;
  }

  /** To the dev server of a copy that may be edited; `prepare` puts files into it first. */
  static async ofCopy(prepare?: (copy: Copy) => void): Promise<Visit<Copy>> {
    buildPackage();
    const copy = new Copy();
    prepare?.(copy);
    const server = await startDevServer(copy.root, { CACHET_DIR: join(copy.root, ".store") });
    return Visit.to(copy, server, () => copy.remove());
  }

  /** To the built site on a plain file server, under `path`. */
  static async ofSite(path: string): Promise<Visit<string>> {
    buildPackage();
    const folder = buildSite(join(REPOSITORY, "playground"));
    const server = await serve(folder, path);
    return Visit.to(folder, server, () => rmSync(folder, FORCE));
  }

  private static async to<Place>(place: Place, server: Running, remove: () => void): Promise<Visit<Place>> {
    const profile = mkdtempSync(join(tmpdir(), "cachet-profile-"));
    const ends: (() => unknown)[] = [() => server.stop(), remove, () => rmSync(profile, FORCE)];
    try {
      const browser = await openBrowser(profile);
      ends.unshift(() => browser.close());
      return new Visit(place, await Visitor.arrive(browser, server.url), ends);
    } catch (error) {
      await endAll(ends);
      throw error;
    }
  }

  end(): Promise<void> {
    return endAll(this.ends);
  }
}

async function endAll(ends: readonly (() => unknown)[]): Promise<void> {
  for (const end of ends) await end();
}
