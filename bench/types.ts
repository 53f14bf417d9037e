import type { Budget, Step } from "./measure.ts";

/** What a row of a table stands for. The reference of all ratios is the first contender of role `cachet`. */
export type Role = "limit" | "cachet" | "peer";

export interface Contender {
  name: string;
  role: Role;
}

export interface Question {
  id: string;
  title: string;
  /** What exactly is called, and what the limit does. */
  note?: string;
  /** Takes long to prepare: asked in the first round only. */
  isLong?: true;
}

/** A case ready to be measured, or why there is none. One that `takesSeconds` is called once, without any call before. */
export type Subject = { step: Step; async?: boolean; remark?: string; takesSeconds?: boolean } | { gap: string };

/** Every contender asked every question, each contender in a process of its own. */
export interface Matrix {
  kind: "matrix";
  name: string;
  title: string;
  about: string;
  questions: readonly Question[];
  contenders: readonly Contender[];
  /** Runs in the contender's own process. */
  prepare(contender: string, question: string, quick: boolean): Promise<Subject>;
  /** What a contender gets wrong whatever it is asked; found out by trying, in its own process. */
  faults?(contender: string): Promise<string[]>;
}

/** A group with a procedure of its own. */
export interface Custom {
  kind: "custom";
  name: string;
  title: string;
  about: string;
  run(context: Context): Promise<Table[]>;
  /** A part that needs a process of its own, started by `context.child`. */
  child?(argument: string, budget: Budget, quick: boolean): Promise<unknown>;
}

export type Group = Matrix | Custom;

export interface Context {
  quick: boolean;
  /** How often everything is measured anew. */
  rounds: number;
  /** Runs the group's `child` in a new process and returns what it returned. */
  child<T>(argument: string, options?: { node?: readonly string[]; environment?: Record<string, string> }): T;
  log(line: string): void;
}

export interface Table {
  title: string;
  note?: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}
