import type { Spinner, SpinnerHandle, SpinnerInfo } from "./spinner-types.ts";

/** True if a person watches the terminal: not in CI, and not if the output goes to a file or a pipe. */
export const isWatched = (): boolean => process.stderr.isTTY === true && !process.env["CI"];

/** A line for a synchronous body, which lets no spinner turn; removed by `hide`. */
export function lineSpinner(): Spinner | undefined {
  return isWatched() ? { show: showLine } : undefined;
}

function showLine({ text }: SpinnerInfo): SpinnerHandle {
  process.stderr.write(`\r\u001b[K${text.replaceAll("\n", " ")}`);
  return { update() {}, hide: () => void process.stderr.write("\r\u001b[K") };
}
