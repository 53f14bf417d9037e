import { type Culprit, findCulprits, type Side } from "../../transformer/reports/hash-diff.ts";
import { type Command, ExitCode, PROJECT_HELP, projectOptions } from "../command.ts";
import { complainAbout } from "../findings.ts";
import { checkOut } from "../git.ts";
import { type Findings, type Found, Project } from "../project.ts";
import type { Terminal } from "../terminal.ts";

/** How the cached functions of two states differ. */
interface Difference {
  cold: { fn: Found; before: Found; culprits: Culprit[] }[];
  /** The same code under another id: its entries stay behind. */
  moved: { fn: Found; before: Found }[];
  added: Found[];
  removed: Found[];
  kept: number;
}

const diff: Command = {
  usage: "diff [<git ref>]",
  help: `Compares the work tree with a commit, branch or tag (HEAD by default): which cached functions go cold, because
their code hash changed, and which declaration, package or asset is to blame.

${PROJECT_HELP}

Package versions at the ref come from its package-lock.json; without one, those installed now count for both sides.

Exit codes: 0 nothing goes cold · 1 something does · 2 no such ref, no git repository, or a file can't be parsed.`,
  options: projectOptions,
  takes: { least: 0, most: 1 },
  run({ positionals, flags, cwd }, terminal) {
    const ref = positionals[0] ?? "HEAD";
    const path = flags["project"] as string | undefined;
    const project = new Project(cwd, path);
    const checkout = checkOut(cwd, ref);
    try {
      const findings = project.find(project.files);
      const old = new Project(checkout.cwd, path, checkout.overlay);
      const before = old.find(old.files);
      const errors = findings.diagnostics.filter(({ severity }) => severity === "error");
      const problem = complainAbout({ ...findings, diagnostics: errors }, project, terminal);
      for (const text of before.broken) terminal.complain(`${terminal.paintComplaint("yellow", "at")} ${ref}: ${text}`);
      const shorten = { old: (file: string) => old.shorten(file), now: (file: string) => project.shorten(file) };
      const difference = compare(before, findings, shorten);
      if (flags["json"]) terminal.print(JSON.stringify(toJson(difference, checkout.commit, shorten.now), undefined, 2));
      else terminal.print(describe(difference, ref, shorten, terminal));
      if (problem === ExitCode.failed) return problem;
      return difference.cold.length + difference.moved.length > 0 ? ExitCode.found : problem;
    } finally {
      checkout.remove();
    }
  },
};

export default diff;

interface Shorten {
  old: Side["shorten"];
  now: Side["shorten"];
}

function compare(before: Findings, after: Findings, shorten: Shorten): Difference {
  const old = new Map(before.functions.map((fn) => [fn.id, fn]));
  const now = new Set(after.functions.map((fn) => fn.id));
  const removed = before.functions.filter((fn) => !now.has(fn.id));
  const difference: Difference = { cold: [], moved: [], added: [], removed, kept: 0 };
  for (const fn of after.functions) {
    const same = old.get(fn.id);
    if (!same) addNew(fn, difference);
    else if (same.hash === fn.hash) difference.kept++;
    else {
      const culprits = findCulprits({ fn: same, shorten: shorten.old }, { fn, shorten: shorten.now });
      difference.cold.push({ fn, before: same, culprits });
    }
  }
  return difference;
}

function addNew(fn: Found, difference: Difference): void {
  const origin = difference.removed.find((gone) => gone.hash === fn.hash && gone.kind === fn.kind);
  if (!origin) {
    difference.added.push(fn);
    return;
  }
  difference.moved.push({ fn, before: origin });
  difference.removed = difference.removed.filter((gone) => gone !== origin);
}

function describe(
  { cold, moved, added, removed, kept }: Difference,
  ref: string,
  shorten: Shorten,
  terminal: Terminal,
) {
  const label = (style: "red" | "green" | "dim", text: string) => terminal.paint(style, text.padEnd(5));
  const place = (fn: Found, side: Side["shorten"]) => terminal.paint("dim", `${side(fn.file)}:${fn.line}`);
  const lines = [
    ...cold.flatMap(({ fn, culprits }) => [
      `${label("red", "cold")}  ${fn.id}  ${place(fn, shorten.now)}`,
      ...culprits.map((culprit) => `       ${describeCulprit(culprit, terminal)}`),
    ]),
    ...moved.flatMap(({ fn, before }) => [
      `${label("red", "cold")}  ${fn.id}  ${place(fn, shorten.now)}`,
      `       renamed or moved: it was ${before.id}`,
    ]),
    ...added.map((fn) => `${label("green", "new")}  ${fn.id}  ${place(fn, shorten.now)}`),
    ...removed.map((fn) => `${label("dim", "gone")}  ${fn.id}  ${place(fn, shorten.old)}`),
  ];
  const count = cold.length + moved.length;
  const all = count + kept + added.length;
  const summary = `${count === 0 ? "Nothing goes cold" : `${count} of ${all} cached functions ${count === 1 ? "goes" : "go"} cold`} since ${ref}.`;
  return [...lines, terminal.paint("bold", summary)].join("\n");
}

function describeCulprit({ kind, name, change, place }: Culprit, terminal: Terminal): string {
  const where = place === undefined ? "" : `  ${terminal.paint("dim", place)}`;
  return `${change} ${terminal.paint("cyan", kind)} ${name}${where}`;
}

function toJson({ cold, moved, added, removed, kept }: Difference, base: string, shorten: Side["shorten"]): unknown {
  const place = (fn: Found) => `${shorten(fn.file)}:${fn.line}:${fn.column}`;
  return {
    base,
    cold: cold.map(({ fn, before, culprits }) => ({
      id: fn.id,
      kind: fn.kind,
      place: place(fn),
      before: before.hash,
      after: fn.hash,
      blame: culprits,
    })),
    moved: moved.map(({ fn, before }) => ({ id: fn.id, kind: fn.kind, place: place(fn), before: before.id })),
    added: added.map((fn) => ({ id: fn.id, kind: fn.kind, place: place(fn) })),
    removed: removed.map((fn) => ({ id: fn.id, kind: fn.kind })),
    kept,
  };
}
