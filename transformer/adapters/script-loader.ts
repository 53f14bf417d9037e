import type { OnLoadResult } from "esbuild";

type Loader = NonNullable<OnLoadResult["loader"]>;

/** What esbuild or Bun takes a file for: what a build's options say of its extension, or else the extension. */
export function loaderOf(file: string, loaders: Record<string, Loader> = {}): Loader {
  const extension = /\.\w+$/.exec(file)?.[0] ?? "";
  return loaders[extension] ?? (extension.replace(/^\.[cm]?/, "") as Loader);
}
