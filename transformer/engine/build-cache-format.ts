import type { FunctionReport, TransformResult } from "../index.ts";

/** What came out of one file. */
export interface BuildEntry {
  /** Digest of the text that went in. */
  text: string;
  result: TransformResult;
  /** Of the file itself and of each one that its hashes cover. */
  inputs: Inputs[];
  /** When it was last used, to the day. */
  used: number;
}

/** What was asked for the sake of one file's code, and the answers: digests of files, where imports lead, replaced names. */
export interface Inputs {
  file: string;
  reads: Map<string, string | undefined>;
  resolved: Map<string, string | undefined>;
  replaced: Map<string, string>;
}

/** By the tool's id of the file. */
export type BuildEntries = Map<string, BuildEntry>;

/** Entries as they are written: a thousand functions may reach the same thousand files. */
export interface Packed {
  files: string[];
  /** Each once, and of a file as many as it had states. */
  inputs: Inputs[];
  entries: [id: string, entry: PackedEntry][];
}

type PackedEntry = Omit<BuildEntry, "result" | "inputs"> & { result: PackedResult; inputs: Uint32Array };
type PackedResult = Omit<TransformResult, "dependencies" | "functions"> & {
  dependencies: Uint32Array;
  functions: (Omit<FunctionReport, "dependencies"> & { dependencies: Uint32Array })[];
};

/** Gives each of some things a number, equal ones the same. */
class Places<T> {
  readonly list: T[] = [];
  readonly #places = new Map<unknown, number>();

  of(thing: T, key: unknown = thing): number {
    const place = this.#places.get(key) ?? this.list.push(thing) - 1;
    this.#places.set(key, place);
    return place;
  }
}

export function pack(entries: BuildEntries): Packed {
  const files = new Places<string>();
  const inputs = new Places<Inputs>();
  const keys = new Map<Inputs, string>();
  const placeOf = (one: Inputs): number => {
    const key = keys.get(one) ?? JSON.stringify([one.file, [...one.reads], [...one.resolved], [...one.replaced]]);
    keys.set(one, key);
    return inputs.of(one, key);
  };
  const lists = new Map<readonly string[], Uint32Array>();
  const packList = (list: readonly string[]): Uint32Array => {
    const packed = lists.get(list) ?? Uint32Array.from(list, (file) => files.of(file));
    lists.set(list, packed);
    return packed;
  };
  const packed = [...entries].map(([id, entry]): [string, PackedEntry] => {
    const { map, functions, dependencies } = entry.result;
    const result = {
      ...entry.result,
      map: map && { ...map, sourcesContent: undefined },
      functions: functions.map((fn) => ({ ...fn, dependencies: packList(fn.dependencies) })),
      dependencies: packList(dependencies),
    } as unknown as PackedResult;
    return [id, { ...entry, result, inputs: Uint32Array.from(entry.inputs, placeOf) }];
  });
  return { files: files.list, inputs: inputs.list, entries: packed };
}

/** The tree is long, and made only for who asks for it. */
export function withoutTree(report: FunctionReport): FunctionReport {
  const names = Object.keys(report).filter((name) => name !== "tree") as Exclude<keyof FunctionReport, "tree">[];
  return Object.fromEntries(names.map((name) => [name, report[name]])) as unknown as FunctionReport;
}

export function unpack({ files, inputs, entries }: Packed): BuildEntries {
  const lists = new Map<Uint32Array, string[]>();
  const unpackList = (packed: Uint32Array): string[] => {
    const list = lists.get(packed) ?? Array.from(packed, (place) => files[place] as string);
    lists.set(packed, list);
    return list;
  };
  const unpacked = entries.map(([id, entry]): [string, BuildEntry] => {
    const { functions, dependencies, ...rest } = entry.result;
    const reports = functions.map((fn) => ({ ...fn, dependencies: unpackList(fn.dependencies) }));
    const result: TransformResult = { ...rest, functions: reports, dependencies: unpackList(dependencies) };
    return [id, { ...entry, result, inputs: Array.from(entry.inputs, (place) => inputs[place] as Inputs) }];
  });
  return new Map(unpacked);
}
