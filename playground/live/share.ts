import { type Project, readProject } from "./project.ts";

/** Sources longer than this have no place in an address; a short one cannot be blown up beyond it either. */
const LONGEST = 200_000;

/** A project as the part of an address behind `code=`: JSON, deflated, in letters that no address escapes. */
export async function encodeProject(project: Project): Promise<string> {
  const bytes = await through(new TextEncoder().encode(JSON.stringify(project)), new CompressionStream("deflate-raw"));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The project in such a text. `undefined` where it was cut off, changed, or never one. */
export async function decodeProject(text: string): Promise<Project | undefined> {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const json = await through(bytes, new DecompressionStream("deflate-raw"));
    return readProject(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json)));
  } catch {
    return undefined;
  }
}

/** `#/live?code=…` → what stands behind `code=`. */
export function codeIn(hash: string): string | undefined {
  return /[?&]code=([\w-]+)/.exec(hash)?.[1];
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: ReadableWritablePair<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    length += next.value.length;
    if (length > LONGEST) throw new RangeError("too long");
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
