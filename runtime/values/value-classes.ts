/** A class by its name in keys and stored bytes, with what gives it, or with what keeps it from being a value. */
type Named = readonly [name: string, made: (() => unknown) | string];

/** The classes that a module's functions may meet. */
type ClassList = () => readonly Named[];

/** Classes of the program whose instances are their public fields. */
export interface ValueClasses {
  /** What the class with a prototype is called in keys and stored bytes; `undefined` for any other class. */
  nameOf(prototype: object): string | undefined;
  /** The prototype of the class of that name. */
  prototypeOf(name: string): object | undefined;
  /** Why instances of a class with that name are no values and what helps, if the build has said so. */
  reasonFor(className: string): string | undefined;
}

const PLACE = Symbol.for("cachet.classes");
const shared = globalThis as { [PLACE]?: Classes };

/** Those of this process, for all copies of this package; `undefined` where no build has told of any. */
export const valueClasses = (): ValueClasses | undefined => shared[PLACE];

/**
 * Tells the runtime of classes that the build has found to be their public fields: `{ …, classes: __cachet.classes(list) }`.
 * They are asked for when an instance is met first, since a class may not exist before its module was evaluated to the end.
 */
export function classes(list: ClassList): ValueClasses {
  const all = (shared[PLACE] ??= new Classes());
  all.add(list);
  return all;
}

const CODEC =
  "Register a codec of the class, which is its rule in keys too: configure({ codecs: [codec(Class, { encode, decode })] })";

class Classes implements ValueClasses {
  private readonly lists = new Set<ClassList>();
  /** Classes that did not exist yet when they were asked for. */
  private pending: [name: string, made: () => unknown][] = [];
  private readonly names = new WeakMap<object, string>();
  private readonly prototypes = new Map<string, object>();
  private readonly reasons = new Map<string, string>();

  add(list: ClassList): void {
    this.lists.add(list);
  }

  nameOf(prototype: object): string | undefined {
    this.settle(!this.names.has(prototype));
    return this.names.get(prototype);
  }

  prototypeOf(name: string): object | undefined {
    this.settle(!this.prototypes.has(name));
    return this.prototypes.get(name);
  }

  reasonFor(className: string): string | undefined {
    this.settle(true);
    const reason = this.reasons.get(className);
    return reason && `Its public fields are not all there is to it: ${reason}. ${CODEC}`;
  }

  /** Asks for what was added since; with `again` also for what was not there the last time. */
  private settle(again: boolean): void {
    if (this.lists.size === 0 && !(again && this.pending.length > 0)) return;
    const asked = again ? this.pending.splice(0) : [];
    for (const list of this.lists) {
      for (const [name, made] of list()) {
        if (typeof made === "string") this.reasons.set(name, made);
        else asked.push([name, made]);
      }
    }
    this.lists.clear();
    for (const each of asked) if (!this.take(...each)) this.pending.push(each);
  }

  /** The class made last stands for the name: a module that is evaluated again makes it anew. */
  private take(name: string, made: () => unknown): boolean {
    try {
      const prototype: unknown = (made() as { prototype?: unknown } | undefined)?.prototype;
      if (typeof prototype !== "object" || prototype === null) return false;
      this.names.set(prototype, name);
      this.prototypes.set(name, prototype);
      return true;
    } catch {
      return false;
    }
  }
}

/** The prototype of an instance's class, as its module has it now. */
export const currentPrototype = (name: string, instance: object): object =>
  shared[PLACE]?.prototypeOf(name) ?? (Object.getPrototypeOf(instance) as object);

/** What a class is called where people read it: its name in keys also has its code hash. */
export const shownName = (name: string): string => name.replace(/:[\da-f]{16}$/, "");
