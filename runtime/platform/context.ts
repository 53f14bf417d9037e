/** Carries a value along a call. Browsers cannot carry it across an `await`, so here it ends with the synchronous part. */
export interface Context<T> {
  run<R, Args extends unknown[]>(value: T, body: (...args: Args) => R, ...args: Args): R;
  get(): T | undefined;
  /** Only where nothing is carried across an `await`: emitted code says when a body goes on. */
  set?(value: T | undefined): void;
  /** Only where being able to carry something costs all promises: told of what begins and ends, so as to do without meanwhile. */
  started?(): void;
  ended?(): void;
}

/** The files of a machine. */
export interface FileAccess {
  /** The absolute path of what is relative to the working directory, or a `file:` URL. */
  pathOf(file: string | URL): string;
  /** Size and time of a file; `undefined` if it is missing. */
  stampOf(path: string): string | undefined;
  /** Of the content of a file, or the names in a folder; `undefined` if it can't be read. */
  digestOf(path: string): string | undefined;
}

/** Somebody outside who may listen. */
export interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** SHA-256 of what comes piece by piece: bytes, or texts as their UTF-16 code units. */
export interface Digest {
  update(content: string | Uint8Array): void;
  /** Hexadecimal digits. */
  hex(): string;
}
