import fs from "node:fs";
import module from "node:module";
import { EXTENSIONS, isOwnScript } from "../engine/file-filter.ts";

type Handler = (module: object, file: string) => void;
type Read = (path: unknown, ...more: unknown[]) => unknown;

const wrapped = new WeakSet<Handler>();

/**
 * Reaches loaders that have taken `require` over and read files themselves, past Node's hooks: tsx in packages of
 * CommonJS, ts-node, @swc-node/register. What such a one reads of a file is what `textOf` gives. Node's own loaders ask
 * the hooks first and then read nothing. To be called again whenever another loader may have come.
 */
export function reachReaders(textOf: (file: string) => string): void {
  const { _extensions: handlers } = module as unknown as { _extensions: Record<string, Handler | undefined> };
  for (const extension of EXTENSIONS) {
    const handler = handlers[`.${extension}`];
    if (handler === undefined || wrapped.has(handler)) continue;
    const reading: Handler = (target, file) => whileReading(file, textOf, () => handler(target, file));
    wrapped.add(reading);
    handlers[`.${extension}`] = reading;
  }
}

/** Until the file is read: the module's own code may read it as well. */
function whileReading(name: string, textOf: (file: string) => string, action: () => void): void {
  const file = name.replace(/\?.*$/, "");
  if (!isOwnScript(file)) {
    action();
    return;
  }
  const files = fs as unknown as { readFileSync: Read };
  const { readFileSync } = files;
  const restore = () => {
    if (files.readFileSync === reading) files.readFileSync = readFileSync;
  };
  const reading: Read = (path, ...more) => {
    if (path !== file) return readFileSync(path, ...more);
    restore();
    const text = textOf(file);
    return more[0] === undefined ? Buffer.from(text) : text;
  };
  files.readFileSync = reading;
  try {
    action();
  } finally {
    restore();
  }
}
