import { clearTags } from "./cache-tags.ts";
import { cached } from "./cached.ts";
import { isPromise } from "./call/thenable.ts";
import { CachetError, messageOf } from "./errors.ts";
import { type Definition, type Options, resolveOptions } from "./options/options.ts";
import { state } from "./registry.ts";

type AnyFunction = (...args: unknown[]) => unknown;

/** The descriptor of a function that changes what others have cached: each call clears that once it has succeeded. */
export class ClearingFunction {
  /** Tells it from other descriptors without loading this class. */
  readonly clearsAfter = true;
  private definition: Definition;
  private options: Options | undefined = undefined;

  constructor(definition: Definition) {
    this.definition = definition;
  }

  redefine(options: NonNullable<Definition["options"]>): void {
    this.definition = { ...this.definition, options };
  }

  /**
   * What emitted code calls. The result of an asynchronous call comes when all is cleared, or is sure to be.
   * @throws InvalidOptionError or CachetError before the body runs, for options that name nothing to clear.
   */
  call(_receiver: unknown, args: readonly unknown[], body: () => unknown): unknown {
    this.options ??= this.checked();
    const { options } = this;
    const result = body();
    if (!isPromise(result)) {
      void this.clear(options, args);
      return result;
    }
    return result.then(async (value) => {
      await this.clear(options, args);
      return value;
    });
  }

  private checked(): Options {
    const options = resolveOptions(this.definition, state.features.parsers);
    try {
      for (const fn of options.functions ?? []) cached(fn as AnyFunction);
    } catch (cause) {
      const text = `${this.definition.name}(): its \`functions\`: ${messageOf(cause)}`;
      throw new CachetError("CACHET_INVALID_OPTION", text, { cause });
    }
    return options;
  }

  /** Clears memory at once; the promise is about stores. */
  private clear({ functions, tags }: Options, args: readonly unknown[]): Promise<unknown> {
    const cleared = (functions ?? []).map((fn) => cached(fn as AnyFunction).clear());
    try {
      const given = (tags ?? []).flatMap((tag) => (typeof tag === "function" ? tagsOf(tag, args) : [tag]));
      if (given.length > 0) cleared.push(clearTags(...given));
    } catch (cause) {
      const text = `${this.definition.name}(): its \`tags\` can't be told for this call: ${messageOf(cause)}`;
      throw new CachetError("CACHET_INVALID_TAG", text, { cause });
    }
    return Promise.all(cleared);
  }
}

function tagsOf(tag: (...args: readonly unknown[]) => unknown, args: readonly unknown[]): readonly string[] {
  const given = tag(...args);
  if (given === undefined || given === null) return [];
  return (Array.isArray(given) ? given : [given]) as readonly string[];
}
