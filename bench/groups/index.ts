import type { Group } from "../types.ts";
import { copy } from "./copy.ts";
import { growth } from "./growth.ts";
import { hit } from "./hit.ts";

/** Every group, in the order they run. */
export const groups: readonly Group[] = [hit, copy, growth];
