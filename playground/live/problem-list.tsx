import { Button } from "../app/controls.tsx";
import type { CompiledFile, Problem } from "./compile.ts";

interface ProblemListProps {
  compiled: readonly CompiledFile[];
  /** Opens the file at the place of the problem. */
  show(name: string, problem: Problem): void;
}

/** What is wrong in any of the files, each with its place and its fix. */
export function ProblemList({ compiled, show }: ProblemListProps) {
  const found = compiled.flatMap(({ name, problems }) => problems.map((problem) => ({ name, problem })));
  return (
    <section class="live-problems" aria-labelledby="live-problems">
      <h2 id="live-problems">Diagnostics</h2>
      {found.length === 0 && <p class="muted">None: every mark says something that can be done.</p>}
      <ul aria-live="polite">
        {found.map(({ name, problem }) => (
          <li key={`${name} ${problem.code} ${problem.start}`} data-severity={problem.severity}>
            <Button
              text={`${name}:${problem.line}:${problem.column}`}
              class="live-place"
              onClick={() => show(name, problem)}
            />{" "}
            <strong>{problem.code}</strong> {problem.message} <em>{problem.fix}</em>
          </li>
        ))}
      </ul>
    </section>
  );
}
