import type { AnyCodec } from "../codec/codec-types.ts";
import { platformPairs, platformProperty } from "./intrinsics.ts";

/** What stands for a platform object as an argument and in a snapshot, and how it is made again; without the latter it is an argument only. */
type Conversion = [encode: (value: object) => unknown, decode?: (data: never) => object];

const DURATION = "years months weeks days hours minutes seconds milliseconds microseconds nanoseconds".split(" ");

const asText = (value: object): unknown => method(value, "toString");
const method = (value: object, name: string): unknown =>
  Reflect.apply((Object.getPrototypeOf(value) as Record<string, () => unknown>)[name] as () => unknown, value, []);

/** Classes of the platform by the tag that their instances inherit. */
const CONVERSIONS: Record<string, Conversion> = {
  Headers: [platformPairs, (pairs: [string, string][]) => new Headers(pairs)],
  FormData: [
    (value) => platformPairs<unknown>(value),
    (pairs: [string, string][]) => {
      const form = new FormData();
      for (const [name, item] of pairs) form.append(name, item);
      return form;
    },
  ],
  "Temporal.Duration": [
    (value) => Object.fromEntries(DURATION.map((name) => [name, platformProperty(value, name)])),
    (fields) => temporal("Temporal.Duration", fields),
  ],
};

function temporal(tag: string, data: unknown): object {
  const made = (globalThis as unknown as { Temporal: Record<string, { from(data: unknown): object }> }).Temporal;
  return (made[tag.slice("Temporal.".length)] as { from(data: unknown): object }).from(data);
}

function conversionOf(tag: string): Conversion | undefined {
  if (Object.hasOwn(CONVERSIONS, tag)) return CONVERSIONS[tag];
  if (tag.startsWith("Temporal.")) return [asText, (text) => temporal(tag, text)];
  if (tag === "Intl.Locale") return [asText];
  if (tag.startsWith("Intl.")) return [(value) => method(value, "resolvedOptions")];
  return undefined;
}

const codecs = new Map<string, AnyCodec | undefined>();

/** The codec of a class of the platform, by its tag. */
export function platformCodec(tag: string): AnyCodec | undefined {
  if (!codecs.has(tag)) {
    const [encode, decode] = conversionOf(tag) ?? [];
    codecs.set(tag, encode && ({ class: Object, name: tag, encode, decode } as unknown as AnyCodec));
  }
  return codecs.get(tag);
}

/** The codec for an instance of a class that is no built-in one: what the program registered, or the platform's own. */
export function codecFor(value: object, registered: readonly AnyCodec[] | undefined): AnyCodec | undefined {
  const prototype = Object.getPrototypeOf(value) as object;
  const own = registered?.find((each) => each.class.prototype === prototype);
  if (own !== undefined) return own;
  const tag: unknown = Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag)?.value;
  return typeof tag === "string" ? platformCodec(tag) : undefined;
}
