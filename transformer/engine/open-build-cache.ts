import { BuildCache, type BuildCacheTraits } from "./build-cache.ts";
import { buildCachePath } from "./build-cache-file.ts";

/** The build cache of one kind of build; none where there is no place for it. */
export function openBuildCache(
  directory: string,
  kind: readonly unknown[],
  traits?: BuildCacheTraits,
): BuildCache | undefined {
  try {
    const path = buildCachePath(directory, kind);
    return path === undefined ? undefined : new BuildCache(path, traits);
  } catch {
    // Without it everything is made anew, as by the first build.
    return undefined;
  }
}
