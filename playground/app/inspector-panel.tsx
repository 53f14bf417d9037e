import type { ComponentType } from "preact";
import { LazyView } from "./lazy-view.tsx";

const [load] = Object.values(import.meta.glob<ComponentType>("../inspector/inspector.tsx", { import: "Inspector" }));

/** Whether there is an inspector to open. */
export const hasInspector = load !== undefined;

/** The cached functions and what happens to them, below the page. */
export function InspectorPanel() {
  return (
    <aside class="inspector" aria-label="Inspector">
      {load && <LazyView load={load} what="the inspector" />}
    </aside>
  );
}
