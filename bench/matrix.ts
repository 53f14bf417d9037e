import { median } from "./measure.ts";
import { duration, ratio } from "./report.ts";
import type { Contender, Matrix, Question, Table } from "./types.ts";

/** What a contender's process found out about one question. */
export type Answer = { nanoseconds: number; remark?: string } | { gap: string };

/** What a contender's process found out altogether. */
export interface Answers {
  cells: Record<string, Answer>;
  faults: string[];
}

/** The answers of all rounds, by contender. */
export type Rounds = Map<string, Answers[]>;

/** Starts a contender's process. */
export type Ask = (contender: string, questions: readonly string[], round: number) => Answers;

/** Nanoseconds. What takes a peer longer is measured in the first round only: three samples say as much as nine. */
const SLOW = 5e6;

/** Asks every contender in each round, beginning with another one each time, so that no one always runs first. */
export function askAll(matrix: Matrix, rounds: number, ask: Ask, log: (line: string) => void): Rounds {
  const answers: Rounds = new Map(matrix.contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const shift = Math.floor((round * matrix.contenders.length) / rounds);
    for (let i = 0; i < matrix.contenders.length; i++) {
      const contender = matrix.contenders[(i + shift) % matrix.contenders.length] as Contender;
      const { name } = contender;
      const known = answers.get(name) as Answers[];
      const questions = questionsFor(matrix, contender, known[0]);
      if (questions.length === 0) continue;
      log(`${matrix.name}: round ${round + 1} of ${rounds}, ${name}`);
      known.push(ask(name, questions, round));
    }
  }
  return answers;
}

/** All questions at first; later those whose answers are worth another measurement. */
function questionsFor(matrix: Matrix, { role }: Contender, first: Answers | undefined): string[] {
  const asked = matrix.questions.filter(({ id, isLong }) => {
    if (first === undefined) return true;
    const cell = first.cells[id];
    if (isLong || cell === undefined || "gap" in cell) return false;
    return role !== "peer" || cell.nanoseconds < SLOW;
  });
  return asked.map(({ id }) => id);
}

/** One table for each question, and one for what the contenders get wrong. */
export function tablesOf(matrix: Matrix, rounds: Rounds): Table[] {
  const tables = matrix.questions.map((question) => tableOf(matrix, question, rounds));
  const faults = faultsOf(matrix, rounds);
  return faults === undefined ? tables : [...tables, faults];
}

function tableOf(matrix: Matrix, question: Question, rounds: Rounds): Table {
  const reference = matrix.contenders.find(
    ({ name, role }) => role === "cachet" && timesOf(rounds, name, question).length,
  );
  const limit = matrix.contenders.find(({ name, role }) => role === "limit" && timesOf(rounds, name, question).length);
  const measured: { time: number; cells: string[] }[] = [];
  const gaps: string[][] = [];
  for (const contender of matrix.contenders) {
    const { name } = contender;
    const label = contender.role === "peer" ? name : `**${name}**`;
    const times = timesOf(rounds, name, question);
    const remark = remarkOf(rounds, name, question);
    if (times.length === 0) {
      if (remark !== "") gaps.push([label, "–", "", "", remark]);
      continue;
    }
    const against = (other: Contender | undefined) =>
      other === undefined ? "" : ratio(pairedRatio(times, timesOf(rounds, other.name, question)));
    const time = median(times);
    measured.push({ time, cells: [label, duration(time), against(limit), against(reference), remark] });
  }
  measured.sort((a, b) => a.time - b.time);
  return {
    title: question.title,
    ...(question.note !== undefined && { note: question.note }),
    columns: ["", "a call", "÷ limit", "÷ cachet", "remark"],
    rows: [...measured.map(({ cells }) => cells), ...gaps],
  };
}

function timesOf(rounds: Rounds, contender: string, question: Question): number[] {
  const cells = (rounds.get(contender) ?? []).map((answers) => answers.cells[question.id]);
  return cells.flatMap((cell) => (cell !== undefined && "nanoseconds" in cell ? [cell.nanoseconds] : []));
}

function remarkOf(rounds: Rounds, contender: string, question: Question): string {
  const cell = rounds.get(contender)?.[0]?.cells[question.id];
  if (cell === undefined) return "";
  return "gap" in cell ? cell.gap : (cell.remark ?? "");
}

/** The median of the ratios within each round: what slows a whole round down cancels out. */
function pairedRatio(times: readonly number[], others: readonly number[]): number {
  const pairs = times.flatMap((time, i) => (others[i] === undefined ? [] : [time / (others[i] as number)]));
  return pairs.length === 0 ? Number.NaN : median(pairs);
}

function faultsOf(matrix: Matrix, rounds: Rounds): Table | undefined {
  if (matrix.faults === undefined) return undefined;
  const rows = matrix.contenders
    .filter(({ role }) => role !== "limit")
    .map(({ name, role }) => {
      const faults = rounds.get(name)?.[0]?.faults ?? [];
      return [role === "peer" ? name : `**${name}**`, faults.length === 0 ? "nothing found" : faults.join("; ")];
    });
  return { title: `${matrix.title}: what each gets wrong, by trying it`, columns: ["", "found in this run"], rows };
}

/** One line for each question: cachet, the limit and the fastest peer. */
export function summaryOf(matrix: Matrix, rounds: Rounds): string[][] {
  return matrix.questions.flatMap((question) => {
    const best = (role: string) =>
      matrix.contenders
        .filter((contender) => contender.role === role)
        .map(({ name }) => ({ name, times: timesOf(rounds, name, question) }))
        .filter(({ times }) => times.length > 0)
        .sort((a, b) => median(a.times) - median(b.times))[0];
    const own = best("cachet");
    if (own === undefined) return [];
    const role = (name: string) => (name === "limit" ? "" : ` (${name})`);
    const show = (other: ReturnType<typeof best>) =>
      other === undefined
        ? ["–", ""]
        : [`${duration(median(other.times))}${role(other.name)}`, ratio(pairedRatio(own.times, other.times))];
    return [
      [
        `${matrix.title}: ${question.title}`,
        duration(median(own.times)),
        ...show(best("limit")),
        ...show(best("peer")),
      ],
    ];
  });
}
