import type { OptionParser } from "./option-parser.ts";

/* What a row of the option table says. */

export type OptionKind = "data" | "resource" | "clears";

/** A part of the runtime that a function needs because of an option: a member of `cachet/internal` and of `Features`. */
export type OptionFeature =
  | "limits"
  | "stale"
  | "timeout"
  | "abort"
  | "tags"
  | "nested"
  | "durable"
  | "ownStore"
  | "validate"
  | "errors"
  | "release"
  | "instances"
  | "scope"
  | "streams";

interface CommonRow<V> {
  /** Which marks take it. */
  readonly kinds: readonly OptionKind[];
  /** Checks a value and normalises it. */
  readonly parse: OptionParser<V>;
  /** One sentence for people: what it does. In Markdown. */
  readonly summary: string;
  /** A valid value as it is written in code. */
  readonly example: string;
  /** The parts of the runtime that act on it. */
  readonly needs: readonly OptionFeature[];
  /**
   * Whether a new value drops the entries, where a module is replaced under a running program. Options that make
   * another function of it (`copy`, those of the code hash) need not say so.
   */
  readonly resetsEntries: boolean;
  /** Whether it may be a function that is called with the arguments of a call. */
  readonly seesArguments?: boolean;
  /** The option without which it means nothing. */
  readonly requires?: (value: unknown) => string | undefined;
  /** The option that does nothing beside it. */
  readonly excludes?: (value: unknown) => string | undefined;
  /** Why a value is for functions that give a promise only; `undefined` where it is not. */
  readonly awaits?: (value: unknown) => string | undefined;
  /** Why a value is not for functions that give streams; `undefined` where it is. */
  readonly refusesStreams?: (value: unknown) => string | undefined;
}

/** Shapes the code hash or the emitted code, so it must be a literal. The runtime doesn't see it. */
export interface BuildRow<V> extends CommonRow<V> {
  readonly at: "build";
}

/** Must be a literal, and the runtime sees it. */
export interface LiteralRow<V> extends CommonRow<V> {
  readonly at: "literal";
}

/** A literal is parsed by the build, anything else by the same function at run time. */
export interface AnyTimeRow<V> extends CommonRow<V> {
  readonly at: "any";
  /** The parser's name in `cachet/internal`. */
  readonly exportName: string;
  /** Whether it may be a function, too. */
  readonly takesFunction?: boolean;
}

/** A function, or an object of functions: only run time has it. */
export interface RunTimeRow<V> extends CommonRow<V> {
  readonly at: "run";
  /** The parser's name in `cachet/internal`. */
  readonly exportName: string;
}

export type OptionRow<V = unknown> = BuildRow<V> | LiteralRow<V> | AnyTimeRow<V> | RunTimeRow<V>;
