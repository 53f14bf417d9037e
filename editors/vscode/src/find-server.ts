import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const COMMAND = "node_modules/cachet/dist/cli/index.js";

/** The command of the cachet that a folder's project uses: the one that is set, else the nearest installed one. */
export function findServer(folder: string, setting: string | undefined): string | undefined {
  if (setting) return resolve(folder, setting);
  for (let directory = folder; ; directory = dirname(directory)) {
    const command = join(directory, COMMAND);
    if (existsSync(command)) return command;
    if (dirname(directory) === directory) return undefined;
  }
}
