import { CLEAR_RULES } from "./clear-rules.ts";
import { CONTENT_RULES } from "./content-rules.ts";
import { LIFETIME_RULES } from "./lifetime-rules.ts";
import { LOCK_RULES } from "./lock-rules.ts";
import type { NamedRule } from "./rule.ts";
import { SHARED_RULES } from "./shared-rules.ts";

/** Every rule of the contract. */
export const RULES: readonly NamedRule[] = [
  ...CONTENT_RULES,
  ...LIFETIME_RULES,
  ...CLEAR_RULES,
  ...LOCK_RULES,
  ...SHARED_RULES,
];
