import { setImmediate, setTimeout } from "node:timers";
import { withoutQuery } from "../syntax/parse.ts";
import { toPosix } from "../syntax/paths.ts";
import type { Diagnostic } from "../types.ts";
import type { Engine } from "./engine.ts";
import type { SyncToolHost, ToolHost } from "./host.ts";
import type { GraphModule } from "./modules-around.ts";
import { printWarning } from "./reporting.ts";
import { readOrUndefined } from "./resolve-file.ts";
import { Surroundings } from "./surroundings.ts";

/** How long nothing must have been met, in milliseconds, before anything is looked at: a start is not slowed down. */
const QUIET = 250;

/** How many texts are glanced at before the tool may go on. */
const AT_ONCE = 25;

/** What an adapter tells of its tool. */
export interface WatchTraits<Host extends ToolHost> {
  accepts(file: string): boolean;
  /** Tells a warning at once: there is no end of a build to wait for. */
  say(warning: Diagnostic, host: Host): void;
  /** The modules with what they import. */
  modulesOf(host: Host, texts: Surroundings): readonly GraphModule[];
}

/** A file to be looked at; nothing where only time has passed. */
type Step<Host> = { file: string; host: Host } | undefined;

/**
 * For tools that meet one module at a time: says what modules do to what cached functions reach that don't reach them,
 * once the tool has come to rest. Nothing is read, and nothing of the transform loaded, where nothing is cached.
 */
export class OutsideWatch<Host extends ToolHost> {
  readonly #engine: Engine;
  readonly #traits: WatchTraits<Host>;
  /** By environment. */
  readonly #met = new Map<string, { host: Host; around: Surroundings }>();
  readonly #said = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  /** Counts what was met, so that looking stops where the tool goes on. */
  #count = 0;
  #looking: Promise<void> | undefined;

  constructor(engine: Engine, traits: WatchTraits<Host>) {
    this.#engine = engine;
    this.#traits = traits;
  }

  /** A module was met; one with marks again when what came out of it is known. */
  meet(id: string, host: Host): void {
    const { environment = "" } = host;
    const { around } = this.#met.get(environment) ?? { around: new Surroundings() };
    this.#met.set(environment, { host, around });
    around.meet(toPosix(withoutQuery(id)));
    this.#count++;
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(() => this.#rest(), QUIET).unref();
  }

  /** Looks at what is left, when the tool ends. */
  async finish(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#looking;
    await this.#lookAround(async () => false);
  }

  /** The same at the end of a process, for a tool that answers at once, and for so many milliseconds. */
  finishAtOnce(this: OutsideWatch<SyncToolHost & Host>, most = Number.POSITIVE_INFINITY): void {
    const end = performance.now() + most;
    for (const step of this.#steps()) {
      if (performance.now() > end) break;
      if (!step) continue;
      const { file, host } = step;
      for (const warning of this.#engine.outsideWarningsOf(file, host)) this.#say(warning, host);
    }
    this.#engine.save();
  }

  #rest(): void {
    this.#timer = undefined;
    const count = this.#count;
    // Anything else of the process goes first; where more is met, the timer comes back.
    const stops = () =>
      new Promise<boolean>((next) => {
        setImmediate(() => next(count !== this.#count)).unref();
      });
    this.#looking = (this.#looking ?? Promise.resolve()).then(() => this.#lookAround(stops));
  }

  async #lookAround(stops: () => Promise<boolean>): Promise<void> {
    for (const step of this.#steps()) {
      if (await stops()) return;
      if (step) await this.#lookAt(step.file, step.host);
    }
    this.#engine.save();
  }

  *#steps(): Generator<Step<Host>> {
    for (const { host, around } of this.#met.values()) {
      if (!this.#engine.changeable(host)) continue;
      let glanced = 0;
      for (const _ of around.glances()) if (++glanced % AT_ONCE === 0) yield undefined;
      for (const file of this.#filesAround(host, around)) yield { file, host };
    }
  }

  #filesAround(host: Host, around: Surroundings): string[] {
    const { accepts, modulesOf } = this.#traits;
    return around.around(this.#engine.changeable(host), accepts, () => modulesOf(host, around));
  }

  /** A tool that is about to end may answer no more: no warning is worth a failure. */
  async #lookAt(file: string, host: Host): Promise<void> {
    const warnings = await Promise.resolve(this.#engine.outsideWarningsOf(file, host)).catch(() => []);
    for (const warning of warnings) this.#say(warning, host);
  }

  /** Once for each place, whatever line it is on by now. */
  #say(warning: Diagnostic, host: Host): void {
    const line = readOrUndefined(warning.file)?.toString().split("\n")[warning.line - 1] ?? "";
    const place = `${warning.file} ${line.trim()}`;
    if (this.#said.has(place)) return;
    this.#said.add(place);
    this.#traits.say(warning, host);
  }
}

/** For a tool that answers at once, prints warnings and never says that it ends; `atExit`: for how long then, at most. */
export function watchProcess(
  engine: Engine,
  accepts: (file: string) => boolean,
  atExit?: number,
): OutsideWatch<SyncToolHost> {
  const watch = new OutsideWatch<SyncToolHost>(engine, {
    accepts,
    say: printWarning,
    modulesOf: (host, texts) => texts.graph(host),
  });
  process.once("exit", () => {
    try {
      watch.finishAtOnce(atExit);
    } catch {
      // No warning is worth the exit code of a program.
    }
  });
  return watch;
}
