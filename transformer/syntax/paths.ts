/**
 * Identity of a file: name of the nearest package + POSIX path from that package's root, so that the same checkout in
 * another directory, and every tool, gives the same one. A `package.json` without a name (they only set `type`) is
 * passed over.
 */
export interface PackageFile {
  /** `pkg/src/a.ts`; without any named package the path from `root`. */
  id: string;
  /** Directory that the path starts at. */
  root: string;
}

export function* locatePackageFile<Q, A>(
  fileName: string,
  root: string | undefined,
  read: (file: string) => Generator<Q, string | Uint8Array | undefined, A>,
): Generator<Q, PackageFile, A> {
  const file = toPosix(fileName);
  for (let dir = parentOf(file); dir !== undefined; dir = parentOf(dir)) {
    const name = packageName(yield* read(`${dir === "/" ? "" : dir}/package.json`));
    if (name !== undefined) return { id: `${name}/${relativePath(dir, file)}`, root: dir };
  }
  const base = root === undefined ? "" : toPosix(root).replace(/\/$/, "");
  return { id: relativePath(base, file), root: base };
}

function packageName(json: string | Uint8Array | undefined): string | undefined {
  if (json === undefined) return undefined;
  try {
    const { name } = JSON.parse(typeof json === "string" ? json : new TextDecoder().decode(json));
    return typeof name === "string" && name !== "" ? name : undefined;
  } catch {
    return undefined;
  }
}

export function toPosix(path: string): string {
  return path.replace(/\\/g, "/");
}

function parentOf(path: string): string | undefined {
  if (path === "/" || path === "") return undefined;
  const cut = path.lastIndexOf("/");
  return cut < 0 ? undefined : cut === 0 ? "/" : path.slice(0, cut);
}

function relativePath(from: string, to: string): string {
  const base = from === "/" ? "" : from;
  return to.startsWith(`${base}/`) ? to.slice(base.length + 1) : to;
}
