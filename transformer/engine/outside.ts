import type { Session } from "../3-hash/graph/build-session.ts";
import { type MaybePromise, run } from "../host-requests.ts";
import type { TransformHost, TransformResult } from "../index.ts";
import type { DescribedChange } from "../outside-warnings.ts";
import { type Dependent, dependentsIn, outsideOf, warningsAbout } from "../reports/dependents.ts";
import { withoutQuery } from "../syntax/parse.ts";
import { toPosix } from "../syntax/paths.ts";
import type { Diagnostic } from "../types.ts";
import type { BuildCache } from "./build-cache.ts";
import { loadTransform } from "./load-transform.ts";

/** What is asked of the engine that knows the tool. */
export interface OutsideHost {
  asked: Required<TransformHost>;
  cache: BuildCache | undefined;
  session(): Session;
}

/** The cached functions of one graph of a tool, and what code that they don't reach does to what they do. */
export class Outside {
  /** By file. */
  readonly #dependents = new Map<string, readonly Dependent[]>();
  /** By file, until one changes. */
  readonly #changes = new Map<string, DescribedChange[]>();
  #epoch = 0;
  #all: readonly Dependent[] | undefined;
  #changeable: ReadonlySet<string> | undefined;

  /** Files may have changed. */
  forget(): void {
    this.#epoch++;
    this.#changes.clear();
  }

  /** What came out of a file. */
  note(id: string, result: TransformResult): void {
    const dependents = dependentsIn(withoutQuery(id), result);
    if (dependents.length === 0 && !this.#dependents.has(id)) return;
    this.#dependents.set(id, dependents);
    this.#all = undefined;
    this.#changeable = undefined;
  }

  /** The files that hold what cached functions reach and others may change; `undefined` where nothing is cached. */
  get changeable(): ReadonlySet<string> | undefined {
    if (this.#known.length === 0) return undefined;
    const names = new Set(this.#known.flatMap(({ changeable }) => [...changeable]));
    this.#changeable ??= new Set([...names].map((name) => name.replace(/#.*/, "")));
    return this.#changeable;
  }

  /** What a file does to the cached functions that don't reach it. */
  warningsOf(file: string, host: OutsideHost): MaybePromise<Diagnostic[]> {
    const outside = outsideOf(toPosix(file), this.#known);
    if (outside.length === 0) return [];
    return then(this.#changesOf(file, host), (changes) => warningsAbout(changes, outside));
  }

  #changesOf(file: string, host: OutsideHost): MaybePromise<DescribedChange[]> {
    const known = this.#changes.get(file);
    if (known) return known;
    const epoch = this.#epoch;
    return then(changesOf(file, host), (changes) => {
      if (epoch === this.#epoch) this.#changes.set(file, changes);
      return changes;
    });
  }

  get #known(): readonly Dependent[] {
    this.#all ??= [...this.#dependents.values()].flat();
    return this.#all;
  }
}

/** From the build cache where the file was looked at before: whoever is concerned, it does the same. */
function changesOf(file: string, host: OutsideHost): MaybePromise<DescribedChange[]> {
  const { asked, cache } = host;
  const id = `${file}?outside`;
  const lookAt = (answer: string | Uint8Array | undefined): MaybePromise<DescribedChange[]> => {
    if (answer === undefined) return [];
    const text = typeof answer === "string" ? answer : Buffer.from(answer).toString();
    const anew = (kept: TransformResult | undefined): MaybePromise<DescribedChange[]> => {
      if (kept) return kept.diagnostics as DescribedChange[];
      const session = host.session();
      const described = run(loadTransform().describeOutside(session, withoutQuery(file)), asked);
      return then(described, ({ changes, dependencies }) => {
        cache?.add(id, text, { code: "", map: null, diagnostics: changes, functions: [], dependencies }, session);
        return changes;
      });
    };
    return then(cache && run(cache.find(id, text), asked), anew);
  };
  return then(asked.read(file), lookAt);
}

/** Goes on at once where the answer is there. */
function then<T, Next>(answer: MaybePromise<T>, next: (value: T) => MaybePromise<Next>): MaybePromise<Next> {
  return answer instanceof Promise ? answer.then(next) : next(answer);
}
