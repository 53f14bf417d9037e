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
    const name = nameIn(yield* read(`${dir === "/" ? "" : dir}/package.json`));
    if (name !== undefined) return { id: `${name}/${relativePath(dir, file)}`, root: dir };
  }
  const base = root === undefined ? "" : toPosix(root).replace(/\/$/, "");
  return { id: relativePath(base, file), root: base };
}

function nameIn(manifest: string | Uint8Array | undefined): string | undefined {
  if (manifest === undefined) return undefined;
  try {
    const { name } = JSON.parse(typeof manifest === "string" ? manifest : new TextDecoder().decode(manifest));
    return typeof name === "string" && name !== "" ? name : undefined;
  } catch {
    return undefined;
  }
}

export function toPosix(path: string): string {
  return path.replace(/\\/g, "/");
}

function relativePath(from: string, to: string): string {
  const base = from === "/" ? "" : from;
  return to.startsWith(`${base}/`) ? to.slice(base.length + 1) : to;
}

export function isRelative(specifier: string): boolean {
  return /^\.\.?(?:\/|$)/.test(specifier);
}

export function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[a-z]:\//i.test(path);
}

export function parentOf(path: string): string | undefined {
  if (path === "/" || path === "") return undefined;
  const cut = path.lastIndexOf("/");
  return cut < 0 ? undefined : cut === 0 ? "/" : path.slice(0, cut);
}

export function joinPath(directory: string | undefined, relative: string): string {
  const parts = (directory ?? "").split("/").filter((part, index) => part !== "" || index === 0);
  for (const part of relative.split("/")) {
    if (part === "..") parts.length > 1 && parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

/** Whether a file holds code, as far as its name tells. */
export function isCodeFile(file: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(file);
}

/** Whether a specifier names its scheme: `node:fs`, `virtual:x`. Drives have one letter. */
export function hasScheme(specifier: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(specifier);
}
