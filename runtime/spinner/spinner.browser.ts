import type { Spinner } from "./spinner-types.ts";

const STYLE =
  "position:fixed;right:12px;bottom:12px;z-index:2147483647;padding:4px 10px;border-radius:6px;" +
  "font:13px system-ui,sans-serif;color:#fff;background:rgba(40,40,40,.85);pointer-events:none";

/** A small element in the corner of the page, which takes no clicks and is announced politely; gone when the work is done. */
export const pageSpinner: Spinner = {
  show({ text }) {
    const element = document.createElement("div");
    element.setAttribute("role", "status");
    element.setAttribute("aria-live", "polite");
    element.setAttribute("data-cachet", "spinner");
    element.style.cssText = STYLE;
    element.textContent = text;
    (document.body ?? document.documentElement).append(element);
    return {
      update(next) {
        element.textContent = next;
      },
      hide() {
        element.remove();
      },
    };
  },
};
