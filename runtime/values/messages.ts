import type { AnyCodec } from "../codec/codec-types.ts";
import type { Messages, UnreadBody } from "../features.ts";
import { defineValue, platformGetter, platformPairs } from "./intrinsics.ts";

/** What a Response or Request says of itself, without its headers and its body. */
type Facts = Record<string, unknown>;

/** A message as it is kept. */
interface KeptMessage {
  facts: Facts;
  headers: [string, string][];
  body: ArrayBuffer | null;
}

const HIDDEN = { writable: true, configurable: true, enumerable: false };
/** What nobody can give a Response that he makes; it is put on the copy. */
const OF_FETCH = ["url", "redirected", "type"];
const OF_RESPONSE = [...OF_FETCH, "status", "statusText"];
const OF_REQUEST =
  "url method mode credentials cache redirect referrer referrerPolicy integrity keepalive destination".split(" ");

/** Bodies by their messages, once they were read. */
const bodies = new WeakMap<object, ArrayBuffer>();

const read = (message: object, name: string): unknown =>
  (platformGetter(message, name) as (() => unknown) | undefined)?.call(message);

/** The body, and whether it is there at all: not every engine has a Request show it. */
const hasBody = (message: object): boolean => {
  const body = read(message, "body");
  return body === undefined ? !/^(GET|HEAD)$/.test(String(read(message, "method"))) : body !== null;
};

function unread(message: object): UnreadBody | undefined {
  if (bodies.has(message)) return undefined;
  if (/^opaque/.test(String(read(message, "type"))))
    return { why: "It is an opaque response, whose content nobody can see: fetch it with CORS" };
  if (!hasBody(message)) return undefined;
  const { bodyUsed, body } = message as Response;
  if (bodyUsed || body?.locked === true)
    return { why: "Its body has been read already (bodyUsed): read a clone(), and return the message as it came" };
  return {
    why: "Its body can only be read later: make the function async, or return what is needed of it",
    read: async () => {
      bodies.set(message, await (message as Response).clone().arrayBuffer());
    },
  };
}

const keep =
  (names: readonly string[]) =>
  (message: object): KeptMessage => ({
    facts: Object.fromEntries(names.map((name) => [name, read(message, name)])),
    headers: platformPairs(read(message, "headers") as object),
    body: bodies.get(message) ?? null,
  });

function makeResponse({ facts, headers, body }: KeptMessage): Response {
  const { status, statusText, type } = facts as { status: number; statusText: string; type: string };
  const made = type === "error" ? Response.error() : new Response(body, { status, statusText, headers });
  return dressed(made, facts);
}

/** Gives a response, and clones of it, what only fetching gives. */
function dressed(response: Response, facts: Facts): Response {
  for (const name of OF_FETCH) defineValue(response, name, facts[name], HIDDEN);
  const { clone } = response;
  defineValue(response, "clone", () => dressed(clone.call(response), facts), HIDDEN);
  return response;
}

function makeRequest({ facts, headers, body }: KeptMessage): Request {
  const { url, destination: _, mode, ...rest } = facts as { url: string; mode: string; destination: string };
  // A program can't make a request of a navigation; the others are made with what they have.
  const init = { ...rest, ...(/^(navigate|websocket)$/.test(mode) ? {} : { mode }), headers, body };
  return new Request(url, init as RequestInit);
}

const CODECS = new Map(
  Object.entries({
    Response: { encode: keep(OF_RESPONSE), decode: makeResponse },
    Request: { encode: keep(OF_REQUEST), decode: makeRequest },
  }).map(([name, codec]) => [name, { class: Object, name, unread, ...codec } as unknown as AnyCodec]),
);

/** Functions that may give a Response or a Request: each hit makes one anew, with a body of its own to read. */
export const messages: Messages = {
  codecFor(value) {
    const tag: unknown = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(value), Symbol.toStringTag)?.value;
    return typeof tag === "string" ? CODECS.get(tag) : undefined;
  },
  codecNamed: (name) => CODECS.get(name),
  reading: (succeeded) => {
    const attempt = (value: unknown): unknown => {
      try {
        return succeeded(value);
      } catch (error) {
        const later = (error as { read?: () => Promise<void> }).read;
        if (later === undefined) throw error;
        return later().then(() => attempt(value));
      }
    };
    return attempt;
  },
};
