/** In place of `transformer/typescript.ts` where sources run: the parser that the build cuts out may not be there yet. */
export { loadTypeScript, loadTypeScript as loadParser } from "../transformer/typescript.ts";
