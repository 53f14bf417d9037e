import { describeDiagnostic } from "../transformer/diagnostics.ts";
import { ExitCode } from "./command.ts";
import type { Findings, Project } from "./project.ts";
import type { Terminal } from "./terminal.ts";

/** Tells what is wrong with the sources, on standard error, and which exit code that is worth. */
export function reportFindings(findings: Findings, project: Project, terminal: Terminal): ExitCode {
  for (const problem of findings.broken) terminal.complain(`${terminal.paintComplaint("red", "error")} ${problem}`);
  for (const diagnostic of findings.diagnostics) {
    const isError = diagnostic.severity === "error";
    const label = terminal.paintComplaint(isError ? "red" : "yellow", diagnostic.severity);
    const place = `${project.shorten(diagnostic.file)}:${diagnostic.line}:${diagnostic.column}`;
    terminal.complain(`${label} ${place} ${describeDiagnostic(diagnostic)}`);
  }
  if (findings.broken.length > 0) return ExitCode.failed;
  return findings.diagnostics.some(({ severity }) => severity === "error") ? ExitCode.found : ExitCode.ok;
}
