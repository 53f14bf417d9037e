import { relative } from "node:path";
import { loadTypeScript } from "#typescript";
import { toPosix } from "../../transformer/syntax/paths.ts";
import { type Command, ExitCode } from "../command.ts";
import { formatCount } from "../format.ts";
import type { Terminal } from "../terminal.ts";
import { type Finding, findToolsInUse } from "../tools/tools-in-use.ts";

const doctor: Command = {
  usage: "doctor",
  help: `Reads package.json, its scripts and the configurations beside it, those of workspaces too, and names every tool that
compiles or runs marked code without the cachet plugin, with the line to add. 'cachet init' writes those lines.

      --json  for machines: JSON on standard output

Exit codes: 0 every tool carries the plugin · 1 one doesn't · 2 there is no package.json, or wrong usage.`,
  options: { json: { type: "boolean" } },
  takes: { least: 0, most: 0 },
  run({ flags, cwd }, terminal) {
    const findings = findToolsInUse(loadTypeScript(), cwd);
    if (flags["json"]) terminal.print(JSON.stringify({ tools: findings.map((one) => toJson(one, cwd)) }, undefined, 2));
    else print(findings, cwd, terminal);
    return findings.some(({ state }) => state === "missing") ? ExitCode.found : ExitCode.ok;
  },
};

export default doctor;

function print(findings: readonly Finding[], cwd: string, terminal: Terminal): void {
  for (const finding of findings) terminal.print(describeFinding(finding, cwd, terminal));
  const missing = findings.filter(({ state }) => state === "missing").length;
  if (findings.length === 0) terminal.print("No tool was found that compiles or runs marked code.");
  else if (missing === 0) terminal.print("Every tool in use carries the plugin.");
  else {
    const tools = formatCount(missing, "tool carries", "tools carry");
    terminal.complain(`${tools} no cachet plugin: marks do nothing there. 'npx cachet init' writes what it can.`);
  }
}

/** `missing Nuxt (nuxt.config.ts): modules: ["cachet/nuxt"]`, and why on a line of its own. */
export function describeFinding(finding: Finding, cwd: string, terminal: Terminal): string {
  const { tool, state, line, note } = finding;
  const label = state === "ok" ? terminal.paint("green", "ok     ") : terminal.paint("red", "missing");
  const head = `${label} ${tool.name} (${placeOf(finding, cwd)})`;
  if (state === "ok") return head;
  return `${head}: ${line}${note === undefined ? "" : `\n        ${terminal.paint("dim", note)}`}`;
}

/** `vite.config.ts`, `package.json, script "start"`. */
export function placeOf({ config, command, package: { directory } }: Finding, cwd: string): string {
  const shorten = (path: string) => toPosix(relative(cwd, path)) || ".";
  if (config !== undefined) return shorten(config);
  const manifest = shorten(`${directory}/package.json`);
  return command ? `${manifest}, script "${command.script}"` : manifest;
}

function toJson(finding: Finding, cwd: string): unknown {
  const {
    tool,
    package: { name },
    state,
    line,
    note,
  } = finding;
  const fix = state === "missing" ? { line, ...(note !== undefined && { note }) } : {};
  return { tool: tool.name, package: name, place: placeOf(finding, cwd), state, ...fix };
}
