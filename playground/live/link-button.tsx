import { useEffect, useState } from "preact/hooks";
import { Button } from "../app/controls.tsx";
import type { Project } from "./project.ts";
import { addressOf } from "./use-project.ts";

/** Copies a link that carries the files. Where the clipboard is closed, the link is shown to be copied by hand. */
export function LinkButton({ project }: { project: Project }) {
  const [told, tell] = useState<{ text: string; link?: string }>();
  // What was said is about the project of then.
  useEffect(() => tell(undefined), [project]);
  const copy = async () => {
    const link = await addressOf(project);
    try {
      await navigator.clipboard.writeText(link);
      tell({ text: "Copied." });
    } catch {
      tell({ text: "Copy this link:", link });
    }
  };
  return (
    <span class="live-link">
      <Button text="Copy link" onClick={() => void copy()} />{" "}
      <span role="status">
        {told?.text} {told?.link && <a href={told.link}>this text</a>}
      </span>
    </span>
  );
}
