import type ts from "typescript";
import type { Diagnostic, Report, Severity } from "./types.ts";

/**
 * Every code, once. 1xxx: the marked code must change. 2xxx: right, but not supported. 3xxx: warnings, which never
 * fail a build. docs/diagnostics.md has one heading per code.
 */
export const codes = {
  unknownTag: "CACHET1001",
  notAFunction: "CACHET1002",
  generator: "CACHET1003",
  accessor: "CACHET1004",
  noBody: "CACHET1005",
  twoMarks: "CACHET1006",
  malformedOptions: "CACHET1007",
  unknownOption: "CACHET1008",
  invalidOption: "CACHET1009",
  wrongKind: "CACHET1010",
  persistByIdentity: "CACHET1011",
  asyncValidate: "CACHET1012",
  notADocComment: "CACHET1013",
  script: "CACHET1014",
  syncPersistInBrowser: "CACHET1015",
  lostMark: "CACHET1016",
  unsupportedPlace: "CACHET2001",
  unsupportedOption: "CACHET2002",
  hiddenCapture: "CACHET2003",
} as const;

/** The number under which the TypeScript compiler reports a code: it only knows numbers. */
export function numericCode(code: string): number {
  return 900_000 + Number(/\d+$/.exec(code)?.[0] ?? 0);
}

/** Collects the diagnostics of one file. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];
  readonly #sourceFile: ts.SourceFile;
  readonly #fileName: string;
  readonly #component: Origin | undefined;

  /** `component`: what the file's tree stands for, where people know another text. */
  constructor(sourceFile: ts.SourceFile, fileName: string, component?: Origin) {
    this.#sourceFile = sourceFile;
    this.#fileName = fileName;
    this.#component = component;
  }

  readonly error: Report = (code, start, length, message, fix) => this.#add("error", code, start, length, message, fix);
  readonly warn: Report = (code, start, length, message, fix) =>
    this.#add("warning", code, start, length, message, fix);

  get hasError(): boolean {
    return this.list.some(({ severity }) => severity === "error");
  }

  #add(severity: Severity, code: string, offset: number, length: number, message: string, fix: string): void {
    const start = this.#component?.originalOf(offset) ?? offset;
    const at = this.#component ? placeIn(this.#component.text, start) : placeOf(this.#sourceFile, start);
    const same = (d: Diagnostic) => d.code === code && d.start === start && d.message === message;
    if (this.list.some(same)) return;
    this.list.push({
      code,
      severity,
      message,
      fix,
      file: this.#fileName,
      start,
      length,
      ...at,
    });
  }
}

/** Leads to the text that a person wrote. */
interface Origin {
  text: string;
  originalOf(offset: number): number;
}

function placeOf(sourceFile: ts.SourceFile, offset: number) {
  const { line, character } = sourceFile.getLineAndCharacterOfPosition(offset);
  return { line: line + 1, column: character + 1 };
}

function placeIn(text: string, offset: number) {
  const lines = text.slice(0, offset).split(/\r?\n/);
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

/** One line for a terminal or an overlay: `src/a.ts:3:5 CACHET1008: … Fix: …`. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  return `${diagnostic.file}:${diagnostic.line}:${diagnostic.column} ${describeDiagnostic(diagnostic)}`;
}

/** The same without the place, for tools that print the place themselves. */
export function describeDiagnostic({ code, message, fix }: Diagnostic): string {
  return `${code}: ${message} ${fix}`;
}
