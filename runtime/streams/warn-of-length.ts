import type { CachedFunction } from "../call/types.ts";
import { state } from "../registry.ts";

/** Says once of a function that a stream of it is too long to be kept where nobody has said how long it may be. */
export function warnOfLength({ definition: { id }, name }: CachedFunction): void {
  const key = `${id}:stream`;
  if (state.warned.has(key)) return;
  state.warned.add(key);
  try {
    state.settings.onWarning(
      `cachet: a stream of ${name}() is longer than 64 MB, so it is handed on and not kept. Say with \`maxBytes\` how much may be kept`,
    );
  } catch {
    // A failing reporter must not fail the stream that it reports about.
  }
}
