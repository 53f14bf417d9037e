import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cachet, project, runBin } from "./bin.ts";

const COMMANDS = ["list", "explain", "diff", "check", "top", "stats", "clear", "prune"];

describe("the command line", () => {
  it("prints the package's version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    const expected = { code: 0, stdout: `${version}\n`, stderr: "" };
    expect(runBin({}, "/", "--version")).toEqual(expected);
    expect(await cachet("/", "--version")).toEqual(expected);
  });

  it("lists every command in its help", async () => {
    const { code, stdout } = await cachet("/", "--help");
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} +\\S`, "m"));
  });

  it.each(COMMANDS)("explains %s with its usage, its options and its exit codes", async (command) => {
    const { code, stdout } = await cachet("/", command, "--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: cachet ${command}`));
    expect(stdout).toContain("--json");
    expect(stdout).toContain("Exit codes: 0 ");
    expect((await cachet("/", "help", command)).stdout).toBe(stdout);
  });

  it("shows its help on standard error where no command is given", async () => {
    const { code, stdout, stderr } = await cachet("/");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: cachet <command>");
  });

  it.each([
    [["lsit"], "There is no command 'lsit'.", "Did you mean 'list'?"],
    [["--versoin"], "There is no option '--versoin'.", "See cachet --help."],
    [["constructor"], "There is no command 'constructor'.", "See cachet --help."],
    [["list", "--jsn"], "Unknown option '--jsn'.", "Did you mean '--json'?"],
    [["list", "--zzzzzzz"], "Unknown option '--zzzzzzz'.", "See cachet list --help."],
    [["list", "--project"], "'-p, --project <value>' argument missing", "Usage: cachet list"],
    [["explain"], "cachet explain needs more arguments.", "Usage: cachet explain"],
    [["stats", "now"], "cachet stats has no use for 'now'.", "Usage: cachet stats"],
  ])("refuses %j with what to do instead", async (args, message, hint) => {
    const { code, stdout, stderr } = await cachet("/", ...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain("    at ");
  });

  it("colours where FORCE_COLOR asks for it, not with NO_COLOR and not in a pipe", async () => {
    const directory = project({
      "package.json": `{"name":"shop"}`,
      "a.ts": "/** @cacheData */ export const f = () => 1;",
    });
    const plain = runBin({}, directory, "explain", "a.ts#f").stdout;
    const colored = runBin({ FORCE_COLOR: "1" }, directory, "explain", "a.ts#f").stdout;
    const refused = runBin({ FORCE_COLOR: "1", NO_COLOR: "1" }, directory, "explain", "a.ts#f").stdout;
    expect(plain).toContain("function f  a.ts:1");
    expect(plain).not.toContain("\u001b[");
    expect(colored).toContain("\u001b[");
    expect(refused).toBe(plain);
  });
});
