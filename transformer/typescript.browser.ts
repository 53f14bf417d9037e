import ts from "typescript";

/** The TypeScript API; bundled, since a browser has nothing to load it from later. */
export function loadTypeScript(): typeof ts {
  return ts;
}
