import { clearTags } from "./cache-tags.ts";
import { cached } from "./cached.ts";
import { scopesOfTags } from "./call/tagged-entries.ts";
import { isPromise, isThenable } from "./call/thenable.ts";
import { CachetError, messageOf } from "./errors.ts";
import { type Definition, type Options, resolveOptions } from "./options/options.ts";
import { state } from "./registry.ts";
import { ownValues } from "./values/own-values.ts";

type AnyFunction = (...args: unknown[]) => unknown;

/** The descriptor of a function that changes what others have cached: each call clears that once it has succeeded. */
export class ClearingFunction {
  /** Tells it from other descriptors without loading this class. */
  readonly clearsAfter = true;
  private definition: Definition;
  private options: Options | undefined = undefined;

  constructor(definition: Definition) {
    this.definition = ownValues(definition);
  }

  redefine(options: NonNullable<Definition["options"]>): void {
    this.definition = ownValues(this.definition, { options });
  }

  /**
   * What emitted code calls. The result of an asynchronous call comes when all is cleared, or is sure to be. What is to be
   * cleared is told by the arguments as they were handed over: the body may change them.
   * @throws InvalidOptionError or CachetError before the body runs, for options that name nothing to clear.
   */
  call(_receiver: unknown, args: readonly unknown[], body: () => unknown): unknown {
    this.options ??= this.checked();
    const { functions = [] } = this.options;
    const tags = this.tagsFor(this.options, args);
    /** Clears memory at once; the promise is about stores. */
    const clear = (): Promise<unknown> =>
      Promise.all([...functions.map((fn) => cached(fn as AnyFunction).clear()), clearTags(...tags)]);
    const result = body();
    if (isPromise(result)) return result.then((value) => clear().then(() => value));
    if (isThenable(result)) this.watch(result, clear);
    else void clear();
    return result;
  }

  /**
   * A query builder may begin only when it is awaited, and each time anew; it stays what it is, since callers may build on.
   * @throws CachetError for one that can't be watched.
   */
  private watch(thenable: PromiseLike<unknown>, clear: () => Promise<unknown>): void {
    const { then } = thenable;
    const watched = function (this: unknown, fulfilled: unknown, ...others: unknown[]): unknown {
      const succeeded = async (value: unknown) => {
        await clear();
        return typeof fulfilled === "function" ? fulfilled(value) : value;
      };
      return Reflect.apply(then, this, [succeeded, ...others]);
    };
    try {
      // biome-ignore lint/suspicious/noThenProperty: it has one, which this one stands before.
      Object.defineProperty(thenable, "then", { value: watched, configurable: true, writable: true });
    } catch (cause) {
      const text = `${this.definition.name}(): when what it returns has succeeded can't be told. Await it in the body, in an async function`;
      throw new CachetError("CACHET_UNWATCHABLE", text, { cause });
    }
  }

  private checked(): Options {
    const options = resolveOptions(this.definition, state.features.parsers);
    const { functions, tags } = options;
    if (functions === undefined && tags === undefined) {
      const text = `${this.definition.name}(): its \`functions\` and \`tags\` are undefined, so it would clear nothing. Give one of them a value`;
      throw new CachetError("CACHET_INVALID_OPTION", text);
    }
    try {
      for (const fn of functions ?? []) cached(fn as AnyFunction);
    } catch (cause) {
      const text = `${this.definition.name}(): its \`functions\`: ${messageOf(cause)}`;
      throw new CachetError("CACHET_INVALID_OPTION", text, { cause });
    }
    return options;
  }

  private tagsFor({ tags = [] }: Options, args: readonly unknown[]): readonly string[] {
    try {
      const given = tags.flatMap((tag) => (typeof tag === "function" ? listOf(tag(...args)) : [tag]));
      scopesOfTags(given);
      return given;
    } catch (cause) {
      const text = `${this.definition.name}(): its \`tags\` can't be told for this call: ${messageOf(cause)}`;
      throw new CachetError("CACHET_INVALID_TAG", text, { cause });
    }
  }
}

/** What a function among the tags gave: one, several or none. */
function listOf(given: string | readonly string[] | null | undefined): readonly string[] {
  if (given === undefined || given === null) return [];
  return Array.isArray(given) ? given : [given as string];
}
