import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const NOTES = fileURLToPath(new URL("../node_modules/.cache/missing-requirements", import.meta.url));

/**
 * True where a program that some tests need is installed. Where it is missing those tests are skipped and the run names
 * it at its end; with CI=true it is an error, since there nothing may be left out.
 */
export function requires(command: string): boolean {
  try {
    execFileSync("sh", ["-c", 'command -v "$1"', "sh", command], { stdio: "ignore" });
    return true;
  } catch {
    if (process.env["CI"] === "true") throw new Error(`these tests need ${command}, which is not installed`);
    mkdirSync(dirname(NOTES), { recursive: true });
    appendFileSync(NOTES, `${command}\n`);
    return false;
  }
}

/** Runs before all tests and, what it returns, after them. */
export default function setup(): () => void {
  rmSync(NOTES, { force: true });
  return () => {
    if (!existsSync(NOTES)) return;
    const missing = [...new Set(readFileSync(NOTES, "utf8").trim().split("\n"))];
    console.warn(`\nSkipped, for want of: ${missing.join(", ")}. On Debian: apt-get install ${missing.join(" ")}\n`);
  };
}
