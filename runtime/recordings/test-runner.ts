/** What `recorded` takes: `import.meta`, or the path or URL of the test file where there is none. */
export type TestFile = string | URL | { readonly url: string };

/** What becomes of a test file, as far as its runner tells. */
export interface TestRunner {
  /** Calls `work` after the last test of the file; what it throws fails the file. */
  atEnd(work: () => void): void;
  /** True if the runner was started to bring what it keeps up to date: `--update`, `-u`, `--test-update-snapshots`. */
  readonly isUpdate: boolean;
  /** True if every test of the file has run and none has failed, as seen from `atEnd`. */
  isWhole(): boolean;
}

/** A test or a group of tests, in the words of Vitest and of Jest. */
interface Task {
  mode?: string | null;
  result?: { state?: string };
  tasks?: readonly Task[];
  children?: readonly Task[];
  status?: string | null;
  errors?: readonly unknown[];
}

interface Hooks {
  afterAll(work: () => void): void;
}

interface Vitest extends Hooks {
  afterEach(work: (given: { task: { file: Task } }) => void): void;
}

/** @throws Error in a runner that evaluates several test files before it runs the first. */
export function runnerOf(file: TestFile): TestRunner {
  const vitest = vitestOf(file);
  if (vitest !== undefined) return underVitest(vitest);
  const globals = globalThis as { afterAll?: Hooks["afterAll"]; after?: Hooks["afterAll"] };
  const afterAll = globals.afterAll ?? globals.after;
  return afterAll === undefined ? underNode() : underJest({ afterAll });
}

/** Vitest hands its functions to each test file as `import.meta.vitest`. */
function vitestOf(file: TestFile): Vitest | undefined {
  const given = typeof file === "object" && "vitest" in file ? file.vitest : undefined;
  return (given ?? (globalThis as Record<string, unknown>)["__vitest_index__"]) as Vitest | undefined;
}

function underVitest({ afterAll, afterEach }: Vitest): TestRunner {
  const { __vitest_worker__: worker } = globalThis as {
    __vitest_worker__?: { config?: { snapshotOptions?: { updateSnapshot?: string } } };
  };
  let file: Task | undefined;
  afterEach(({ task }) => {
    file = task.file;
  });
  return {
    atEnd: afterAll,
    isUpdate: worker?.config?.snapshotOptions?.updateSnapshot === "all",
    isWhole: () =>
      file !== undefined &&
      leaves(file).every(({ mode, result }) => mode === "todo" || (mode !== "skip" && result?.state === "pass")),
  };
}

/** Jest, and whatever else has hooks as globals: `afterAll` (Bun) or `after` (mocha). */
function underJest({ afterAll }: Hooks): TestRunner {
  const jest = (globalThis as { expect?: { getState?: () => { snapshotState?: { _updateSnapshot?: string } } } })
    .expect;
  return {
    atEnd: afterAll,
    isUpdate: jest?.getState?.().snapshotState?._updateSnapshot === "all",
    isWhole: () =>
      leaves(jestTests()).every(
        ({ mode, status, errors }) => mode === "todo" || (status === "done" && !errors?.length),
      ),
  };
}

/** Jest keeps its tests under a symbol that has a name, but no export. */
function jestTests(): Task | undefined {
  const symbol = Object.getOwnPropertySymbols(globalThis).find(
    ({ description }) => description === "JEST_STATE_SYMBOL",
  );
  return symbol && (globalThis as unknown as Record<symbol, { rootDescribeBlock?: Task }>)[symbol]?.rootDescribeBlock;
}

function leaves(task: Task | undefined): Task[] {
  if (task === undefined) return [];
  const inner = task.tasks ?? task.children;
  return inner === undefined ? [task] : inner.flatMap(leaves);
}

/** Options with which `node --test` leaves tests out; it hands them on to the process of each file. */
const PARTS = /^--(?:test-name-pattern|test-skip-pattern|test-only)\b/;
const TOGETHER = /^--(?:experimental-)?test-isolation=none$/;

function underNode(): TestRunner {
  const { execArgv } = process;
  if (execArgv.some((option) => TOGETHER.test(option)))
    throw new Error("recorded(): each test file needs a process of its own. Run them without --test-isolation=none");
  const { after, afterEach } = process.getBuiltinModule("node:test");
  let hasFailed = false;
  afterEach((test) => {
    if ("passed" in test && test.passed === false) hasFailed = true;
  });
  return {
    atEnd: (work) => after(work),
    isUpdate: execArgv.includes("--test-update-snapshots"),
    isWhole: () => !hasFailed && !execArgv.some((option) => PARTS.test(option)),
  };
}
