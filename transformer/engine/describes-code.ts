/** Set by test runners in the processes that run or transform tests. */
const RUNNERS = ["VITEST", "JEST_WORKER_ID", "NODE_TEST_CONTEXT"];

/**
 * Whether what is built may record calls or replay them: then each function says what its code hash is made of, so that the error
 * for a call that is not recorded any more can name the declaration that has changed.
 */
export function describesCode(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return /^(record|replay)$/.test(env["CACHET_MODE"] ?? "") || RUNNERS.some((name) => env[name] !== undefined);
}
