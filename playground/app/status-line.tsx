import { activity } from "./activity.ts";
import { useObservable } from "./observable.ts";

/** One line that is always there: what runs, and how the last run went. */
export function StatusLine({ isBusy, text }: { isBusy: boolean; text: string }) {
  const running = useObservable(activity).at(-1)?.text;
  return (
    <p class="status" role="status" data-busy={isBusy}>
      <span class="status-bar" />
      {running ?? (text || "running …")}
    </p>
  );
}
