/** How a case was compiled: by the transform as data or as resources, or not at all. */
export type Compiled = "data" | "resource" | "plain";

/** A module of `cases/` in one of its three forms. */
export function casesOf<M>(name: string, compiled: Compiled): Promise<M> {
  return import(new URL(`./cases/${compiled}/${name}.js`, import.meta.url).href) as Promise<M>;
}

/** Which form a contender of cachet's calls; `undefined` for a peer. */
export function kindOf(contender: string): "data" | "resource" | undefined {
  if (contender.startsWith("cachet @cacheData")) return "data";
  return contender.startsWith("cachet @cacheResource") ? "resource" : undefined;
}
