import * as parts from "../transformer/engine/transform-parts.ts";

/** In place of `transformer/engine/load-transform.ts` where sources run: there is no file to require. */
export const loadTransform = (): typeof parts => parts;
