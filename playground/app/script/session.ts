import { subscribe } from "cachet";
import { Observable } from "../observable.ts";
import { Box } from "./box.ts";
import { enter } from "./current-run.ts";
import { NewestFirst } from "./newest-first.ts";
import type { Page } from "./page.ts";
import { Ui } from "./ui.ts";

/** One run of a page's script, finished or not. */
export interface RunState {
  status: "running" | "done" | "failed";
  box: Box;
  /** The page of the last finished run, which stays where this one has not come yet. */
  before: Box | undefined;
  /** Figures of the last finished run. */
  figures: Figures | undefined;
  error?: unknown;
}

export interface Figures {
  milliseconds: number;
  hits: number;
  misses: number;
}

/** Ends a script whose page is already asked for anew. */
class Outdated extends Error {}

/** All pages and examples share one cache and one document, so they run one after the other. */
const runs = new NewestFirst();

/** What one page remembers between its runs. */
export class Session {
  page: Page;
  readonly values = new Map<string, unknown>();
  readonly state: Observable<RunState>;
  #pressed = new Set<string>();
  #isDrawing = false;

  constructor(page: Page) {
    this.page = page;
    this.state = new Observable({ status: "running", box: new Box(), before: undefined, figures: undefined });
  }

  /** Runs the script again, as soon as the present run reaches its next element. */
  rerun(): void {
    runs.request((isOutdated) => this.#run(isOutdated));
  }

  /** Sets a widget. */
  set(key: string, value: unknown): void {
    this.values.set(key, value);
    this.rerun();
  }

  /** Presses a button: true in the next run, and in no other. */
  press(key: string): void {
    this.#pressed.add(key);
    this.rerun();
  }

  async #run(isOutdated: () => boolean): Promise<void> {
    const { state } = this;
    const previous = state.value;
    const before = previous.status === "running" ? previous.before : previous.box;
    const box = new Box();
    const pressed = this.#pressed;
    this.#pressed = new Set();
    state.set({ status: "running", box, before, figures: previous.figures });
    enter({ box, values: this.values, pressed, keys: new Set(), changed: () => this.#drawSoon() });
    const count = countCalls();
    const ui = new Ui(undefined, () => {
      if (isOutdated()) throw new Outdated();
    });
    try {
      await this.page(ui);
      state.set({ status: "done", box, before: undefined, figures: count.end() });
    } catch (error) {
      const figures = count.end();
      if (!(error instanceof Outdated)) state.set({ status: "failed", box, before: undefined, figures, error });
    }
  }

  /** Once per turn, however many items a script shows in it. */
  #drawSoon(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    setTimeout(() => {
      this.#isDrawing = false;
      this.state.set(this.state.value);
    });
  }
}

/** Counts hits and misses of all cached functions until `end`. */
function countCalls(): { end(): Figures } {
  const started = performance.now();
  const figures = { hits: 0, misses: 0 };
  const stop = subscribe(({ type }) => {
    if (type === "hit") figures.hits++;
    if (type === "miss") figures.misses++;
  });
  return {
    end() {
      stop();
      return { ...figures, milliseconds: performance.now() - started };
    },
  };
}
