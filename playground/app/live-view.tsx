import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { LazyView } from "./lazy-view.tsx";

const [load] = Object.values(import.meta.glob<ComponentType>("../live/live-page.tsx", { import: "LivePage" }));

/** Whether there is a source → output view to open. */
export const hasLivePage = load !== undefined;

/** Source on one side, what the transform makes of it on the other. */
export function LiveView() {
  useEffect(() => {
    document.title = "Source → output – cachet playground";
  }, []);
  if (load === undefined) return null;
  return <LazyView load={load} what="the source → output view" />;
}
