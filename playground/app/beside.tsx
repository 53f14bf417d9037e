import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { CodeView } from "./code-view.tsx";
import { Button } from "./controls.tsx";

/** What a page shows, and its code: side by side in a wide window, one at a time in a narrow one. */
export function Beside({ files, children }: { files: readonly [string, ...string[]]; children: ComponentChildren }) {
  const [shown, show] = useState<"page" | "code">("page");
  return (
    <div class="beside" data-shown={shown}>
      <fieldset class="bar choice" aria-label="Show">
        <Button text="Page" aria-pressed={shown === "page"} onClick={() => show("page")} />
        <Button text="Code" aria-pressed={shown === "code"} onClick={() => show("code")} />
      </fieldset>
      <div class="result">{children}</div>
      <CodeView files={files} />
    </div>
  );
}
