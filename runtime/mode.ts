import { environment } from "#platform";
import { InvalidOptionError } from "./errors.ts";
import { state } from "./registry.ts";
import type { Mode, Recordings } from "./settings.ts";

export const MODES: readonly Mode[] = ["on", "off", "read", "record", "replay"];

/** Makes what the modes `record` and `replay` need; only where there are files. */
export type OpenRecordings = (mode: "record" | "replay", dir: string) => Recordings;

/** Puts the mode and the directory of the settings in force. */
export function applyMode(open: OpenRecordings): void {
  const { mode, dir = "cachet-recordings" } = state.settings;
  if (mode === "record" || mode === "replay") state.features.recordings = open(mode, dir);
  else delete state.features.recordings;
}

/**
 * The mode that `CACHET_MODE` names.
 * @throws InvalidOptionError for anything that is no mode.
 */
export function modeFromEnvironment(): Mode {
  const given = environment("CACHET_MODE") ?? "on";
  if ((MODES as readonly string[]).includes(given)) return given as Mode;
  throw new InvalidOptionError(`CACHET_MODE: expected ${MODES.join(", ")}, got ${JSON.stringify(given)}`);
}
