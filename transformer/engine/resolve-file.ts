import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { normalizePath } from "@rollup/pluginutils";
import type { TransformPluginContext } from "rollup";

/**
 * A relative import that names an existing file means that file; anything else is the bundler's to say. Never
 * `this.load`: two modules that import each other would wait for one another.
 */
export function resolveFile(
  context: TransformPluginContext,
  specifier: string,
  importer: string,
  prebundles: string | undefined,
): string | undefined | Promise<string | undefined> {
  if (/^\.\.?\/[^?]*\.[cm]?[jt]sx?$/.test(specifier)) {
    const file = normalizePath(join(dirname(importer), specifier));
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  }
  return askBundler(context, specifier, importer, prebundles);
}

async function askBundler(
  context: TransformPluginContext,
  specifier: string,
  importer: string,
  prebundles: string | undefined,
): Promise<string | undefined> {
  const resolved = await context.resolve(specifier, importer, { skipSelf: true });
  if (!resolved || resolved.external) return undefined;
  return prebundles !== undefined && resolved.id.startsWith(`${prebundles}/`) ? undefined : resolved.id;
}

/** At once: a file of some kilobytes is read in a tenth of the time that a promise takes to come back. */
export function readOrUndefined(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
