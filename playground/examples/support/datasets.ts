/** The folder of the data files that the npm package `vega-datasets` ships; nothing is downloaded. */
async function dataFolder(): Promise<URL> {
  const { createRequire } = await import("node:module");
  const { pathToFileURL } = await import("node:url");
  const entry = createRequire(import.meta.url).resolve("vega-datasets");
  return new URL("../data/", pathToFileURL(entry));
}

/** A data file's bytes: from the page's own server in a browser, from `node_modules` in Node. */
export async function readBytes(file: string): Promise<Uint8Array> {
  if (typeof document !== "undefined") {
    const response = await fetch(new URL(`datasets/${file}`, document.baseURI)); // cachet-allow-impure: where, not what
    if (!response.ok) throw new Error(`${file}: ${response.status} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  }
  const { readFile } = await import("node:fs/promises");
  // cachet-allow-impure: a package's files stay what they are
  return new Uint8Array(await readFile(new URL(file, await dataFolder())));
}

/** A data file's text. */
export async function readText(file: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(file));
}
