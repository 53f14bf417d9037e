import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { CodeView } from "./code-view.tsx";

/** What a page shows, and its code: side by side in a wide window, one at a time in a narrow one. */
export function Beside({ files, children }: { files: readonly [string, ...string[]]; children: ComponentChildren }) {
  const [shown, show] = useState<"page" | "code">("page");
  return (
    <div class="beside" data-shown={shown}>
      <fieldset class="choice" aria-label="Show">
        <button type="button" aria-pressed={shown === "page"} onClick={() => show("page")}>
          Page
        </button>
        <button type="button" aria-pressed={shown === "code"} onClick={() => show("code")}>
          Code
        </button>
      </fieldset>
      <div class="result">{children}</div>
      <CodeView files={files} />
    </div>
  );
}
