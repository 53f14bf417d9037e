import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildPackage } from "../adapters/package.ts";
import { environment, REPOSITORY } from "../adapters/project.ts";

const { devDependencies } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8"));

export interface ForeignProject {
  root: string;
  /** What a command printed. */
  run(command: string, args: string[], more?: Record<string, string>): string;
  /** A command that a package brings. */
  bin(name: string): string;
  remove(): void;
}

/**
 * A project outside the repository, as `npm install` makes it with the packed package: nothing is linked, nothing shared.
 * @param packages with a version, or by the name of one that the repository has
 */
export function installPacked(files: Record<string, string>, packages: readonly string[]): ForeignProject {
  buildPackage();
  const folder = mkdtempSync(join(tmpdir(), "cachet-foreign-"));
  const root = join(folder, JSON.parse(files["package.json"] ?? "{}").name ?? "project");
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const run: ForeignProject["run"] = (command, args, more = {}) =>
    execFileSync(command, args, { cwd: root, env: environment(more), encoding: "utf8", stdio: "pipe" }).trim();
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", root];
  execFileSync("npm", pack, { cwd: REPOSITORY, stdio: "ignore" });
  const tarball = readdirSync(root).find((name) => name.endsWith(".tgz")) as string;
  const wanted = packages.map((name) => (name.includes("@", 1) ? name : `${name}@${devDependencies[name]}`));
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", `./${tarball}`, ...wanted]);
  return {
    root,
    run,
    bin: (name) => join(root, "node_modules/.bin", name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
