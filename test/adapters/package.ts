import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Builds dist/ where sources changed since the last time: the tools under test load the package as users do. */
export function buildPackage(): void {
  const script = fileURLToPath(new URL("../../scripts/build.mjs", import.meta.url));
  execFileSync(process.execPath, [script, "--if-needed"], { stdio: "inherit" });
}
