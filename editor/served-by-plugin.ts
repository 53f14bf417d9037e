import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { TypeScript } from "../transformer/types.ts";

/**
 * Whether TypeScript's own server answers for the marks of a file: its tsconfig.json names the plugin, and the project's
 * TypeScript is one that loads plugins. Two servers would say everything twice.
 */
export function isServedByPlugin(api: TypeScript, file: string): boolean {
  const config = api.findConfigFile(dirname(file), api.sys.fileExists);
  if (config === undefined) return false;
  const host = { ...api.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  const plugins = api.getParsedCommandLineOfConfigFile(config, undefined, host)?.options["plugins"];
  const isNamed =
    Array.isArray(plugins) && plugins.some((one: { name?: string }) => one.name === "cachet/language-service");
  return isNamed && majorOf(config) < 7;
}

function majorOf(config: string): number {
  try {
    const { version } = JSON.parse(readFileSync(createRequire(config).resolve("typescript/package.json"), "utf8"));
    return Number.parseInt(version, 10);
  } catch {
    // The editor's own, of which nothing is known here.
    return Number.POSITIVE_INFINITY;
  }
}
