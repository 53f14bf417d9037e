/** What linking asks of its tool. */
export type Request =
  /** A file's text, or its bytes: `undefined` where it doesn't exist. */
  | { type: "read"; file: string }
  /** The absolute path of the file that an import means, or a virtual module's id; `undefined` where there is none. */
  | { type: "resolve"; specifier: string; importer: string; mode?: ImportMode };

/** How a module is asked for where that can't be told by the file: `import()` or `require()`. */
export type ImportMode = "import" | "require";

export type Answer = string | Uint8Array | undefined;

/** A computation that needs other files, whether its tool hands them out at once or later. */
export type Asking<T> = Generator<Request, T, Answer>;

export type MaybePromise<T> = T | Promise<T>;

/** How a tool answers; both may throw only for faults of their own, not for a missing file. */
export interface LinkHost {
  resolve(specifier: string, importer: string, mode?: ImportMode): MaybePromise<string | undefined>;
  read(file: string): MaybePromise<Answer>;
}

export interface SyncLinkHost {
  resolve(specifier: string, importer: string, mode?: ImportMode): string | undefined;
  read(file: string): Answer;
}

/** Runs to the end at once as long as the host answers at once; else a promise. */
export function run<T>(asking: Asking<T>, host: SyncLinkHost): T;
export function run<T>(asking: Asking<T>, host: LinkHost): MaybePromise<T>;
export function run<T>(asking: Asking<T>, host: LinkHost): MaybePromise<T> {
  let step = asking.next();
  while (!step.done) {
    const answer = ask(step.value, host);
    if (isPromise(answer)) return continueLater(asking, host, answer);
    step = asking.next(answer);
  }
  return step.value;
}

export function runSync<T>(asking: Asking<T>, host: SyncLinkHost): T {
  let step = asking.next();
  while (!step.done) step = asking.next(ask(step.value, host) as Answer);
  return step.value;
}

export async function runAsync<T>(asking: Asking<T>, host: LinkHost): Promise<T> {
  return run(asking, host);
}

async function continueLater<T>(asking: Asking<T>, host: LinkHost, first: Promise<Answer>): Promise<T> {
  let step = asking.next(await first);
  while (!step.done) step = asking.next(await ask(step.value, host));
  return step.value;
}

function ask(request: Request, host: LinkHost): MaybePromise<Answer> {
  return request.type === "read"
    ? host.read(request.file)
    : host.resolve(request.specifier, request.importer, request.mode);
}

function isPromise(answer: MaybePromise<Answer>): answer is Promise<Answer> {
  return typeof (answer as { then?: unknown } | undefined)?.then === "function";
}
