import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ErrorBox } from "./error-box.tsx";

interface LazyViewProps {
  load: () => Promise<ComponentType>;
  /** What is being loaded, for the meantime: `the inspector`. */
  what: string;
}

/** A view whose code is loaded when it is first shown. `load` must be the same function each time. */
export function LazyView({ load, what }: LazyViewProps) {
  const [loaded, setLoaded] = useState<{ view?: ComponentType; error?: unknown }>({});
  useEffect(() => {
    load().then(
      (view) => setLoaded({ view }),
      (error: unknown) => setLoaded({ error }),
    );
  }, [load]);
  if (loaded.error !== undefined) return <ErrorBox error={loaded.error} />;
  if (loaded.view === undefined) return <p class="caption">Loading {what} …</p>;
  return <loaded.view />;
}
