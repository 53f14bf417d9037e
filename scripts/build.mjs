// Compiles the package into dist/: plain tsc, one output file per source file, so that what is shipped reads like what is written.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
if (existsSync("dist/cli/index.js")) chmodSync("dist/cli/index.js", 0o755);
