import { findHashChanges, type Side } from "../../transformer/reports/hash-diff.ts";
import { CommandError } from "../command.ts";
import { checkOut, recentCommits } from "../git.ts";
import { type Found, Project } from "../project.ts";

/** A function as a state of the sources has it, and which state that is. */
interface Known extends Side {
  fn: Found;
  /** `the work tree`, or a commit. */
  state: string;
}

const HISTORY = 50;

/**
 * Why two code hashes of a function differ. The work tree is looked at first, then the branch's newest commits, until
 * both hashes are found; a hash may be shortened, and its `c1:` left out.
 */
export function explainChange(cwd: string, path: string | undefined, hashes: readonly [string, string]) {
  const wanted = hashes.map((hash) => hash.replace(/^\w+:/, "").toLowerCase());
  for (const [index, hash] of wanted.entries()) {
    if (!/^[0-9a-f]{6,}$/.test(hash))
      throw new CommandError(
        `'${hashes[index]}' is no code hash.`,
        "Write six digits of it at least: see cachet list.",
      );
  }
  const found = new Map<string, Known[]>();
  const removals: (() => void)[] = [];
  try {
    for (const open of states(cwd, path, removals)) {
      const { project, state } = open();
      for (const fn of project.find(project.files).functions) {
        const hash = wanted.find((one) => fn.hash.replace(/^\w+:/, "").startsWith(one));
        if (hash !== undefined)
          found.set(hash, [...(found.get(hash) ?? []), { fn, state, shorten: (file) => project.shorten(file) }]);
      }
      const pair = pairOf(found.get(wanted[0] as string), found.get(wanted[1] as string));
      // What they cover is read while the files are there.
      if (pair) return { before: pair[0], after: pair[1], changes: findHashChanges(pair[0], pair[1]) };
    }
  } finally {
    for (const remove of removals) remove();
  }
  const [missing] = wanted.filter((hash) => !found.has(hash));
  const where = `the work tree or the last ${HISTORY} commits`;
  if (missing === undefined) throw new CommandError(`No function has both hashes in ${where}.`);
  throw new CommandError(`No cached function has the code hash '${missing}' in ${where}.`, "See cachet list.");
}

/** Each is opened only where those before it don't have the hashes. */
function* states(cwd: string, path: string | undefined, removals: (() => void)[]) {
  yield () => ({ project: new Project(cwd, path), state: "the work tree" });
  for (const commit of recentCommits(cwd, HISTORY)) {
    yield () => {
      const checkout = checkOut(cwd, commit);
      removals.push(checkout.remove);
      return { project: new Project(checkout.cwd, path, checkout.overlay), state: commit.slice(0, 8) };
    };
  }
}

function pairOf(before: readonly Known[] = [], after: readonly Known[] = []): [Known, Known] | undefined {
  for (const one of before) {
    const other = after.find(({ fn }) => fn.id === one.fn.id);
    if (other) return [one, other];
  }
  return undefined;
}
