import yoctoSpinner from "yocto-spinner";
import type { Spinner } from "./spinner-types.ts";

/** A line on the terminal's standard error, gone without a trace when the work is done. */
export const terminalSpinner: Spinner = {
  show({ text }) {
    const line = yoctoSpinner({ text, stream: process.stderr }).start();
    return {
      update(next) {
        line.text = next;
      },
      hide() {
        line.stop();
      },
    };
  },
};
