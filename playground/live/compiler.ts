import { Observable } from "../app/observable.ts";
import type { CompiledFile } from "./compile.ts";
import workerUrl from "./compiler.worker.ts?worker&url";
import type { SourceText } from "./project.ts";

export type Answer =
  | { type: "ready" }
  | { type: "compiled"; compiled: CompiledFile[]; milliseconds: number }
  | { type: "failed"; message: string };

export type CompilerState =
  /** `total` is absent where the server doesn't say; bytes. */
  | { status: "loading"; loaded: number; total: number | undefined }
  | { status: "ready" }
  | { status: "broken"; message: string };

/** Of the worker with TypeScript in it, as a build makes it: told where the server doesn't say how much comes. */
export const COMPILER_BYTES = 3_660_000;

/** The compiler in its worker: loaded once, at the first page that wants it, and asked for the newest text only. */
class Compiler {
  readonly state = new Observable<CompilerState>({ status: "loading", loaded: 0, total: undefined });
  /** The newest result. */
  readonly result = new Observable<Extract<Answer, { type: "compiled" | "failed" }> | undefined>(undefined);
  #worker: Worker | undefined;
  #isBusy = true;
  #waiting: readonly SourceText[] | undefined;

  /** Loads the compiler, or tries again after it could not be loaded. */
  async load(): Promise<void> {
    if (this.#worker !== undefined) return;
    this.state.set({ status: "loading", loaded: 0, total: undefined });
    try {
      const url = import.meta.env.DEV ? workerUrl : await this.#download(workerUrl);
      this.#start(new Worker(url, { type: "module" }));
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** Compiles these files as soon as the worker is free, unless newer ones come before. */
  compile(files: readonly SourceText[]): void {
    this.#waiting = files;
    this.#next();
  }

  #next(): void {
    if (this.#isBusy || this.#waiting === undefined || this.#worker === undefined) return;
    const files = this.#waiting;
    this.#waiting = undefined;
    this.#isBusy = true;
    this.#worker.postMessage(files);
  }

  #start(worker: Worker): void {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      this.#isBusy = false;
      if (data.type === "ready") this.state.set({ status: "ready" });
      else this.result.set(data);
      this.#next();
    };
    worker.onerror = (event) => this.#fail(event.message || "the worker could not be started");
  }

  #fail(message: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#isBusy = true;
    this.state.set({ status: "broken", message });
  }

  /** Fetches the worker by hand, since a worker doesn't tell how far it is. */
  async #download(url: string): Promise<string> {
    const response = await fetch(url);
    if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
    const length = response.headers.get("content-encoding") ? null : response.headers.get("content-length");
    const total = length === null ? undefined : Number(length);
    const parts: BlobPart[] = [];
    let loaded = 0;
    const reader = response.body.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      parts.push(next.value);
      loaded += next.value.length;
      this.state.set({ status: "loading", loaded, total });
    }
    return URL.createObjectURL(new Blob(parts, { type: "text/javascript" }));
  }
}

/** One for the whole page: leaving the view and coming back loads nothing again. */
export const compiler = new Compiler();
