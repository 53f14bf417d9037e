import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { catalog } from "./catalog.ts";
import { Button } from "./controls.tsx";
import { LazyView } from "./lazy-view.tsx";
import { Navigation } from "./navigation.tsx";
import { useObservable } from "./observable.ts";
import { route } from "./route.ts";
import { ScriptView } from "./script-view.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

const loadInspector = async () => {
  const { Inspector } = await import("../inspector/inspector.tsx");
  return () => <Inspector />;
};
const loadLivePage = async () => (await import("../live/live-page.tsx")).LivePage;

/** The whole window: head, list of pages, the page that is open, inspector. */
export function Shell() {
  const id = useObservable(route);
  const [isListOpen, openList] = useState(false);
  const [isInspecting, inspect] = useState(false);
  const main = useFocusOnChange(id);
  return (
    <div class="shell" data-inspecting={isInspecting}>
      <Button text="Skip to the page" class="skip" onClick={() => main.current?.focus()} />
      <header class="head">
        <Button
          text="Pages"
          class="list-button"
          aria-expanded={isListOpen}
          aria-controls="pages"
          onClick={() => openList(!isListOpen)}
        />
        <a class="brand" href="#/start">
          cachet <span class="brand-more">playground</span>
        </a>
        <Button text="Inspector" aria-pressed={isInspecting} onClick={() => inspect(!isInspecting)} />
        <ThemeSwitch />
      </header>
      <Navigation open={id} isListOpen={isListOpen} close={() => openList(false)} />
      <main id="main" tabIndex={-1} ref={main}>
        <PageView id={id} key={id} />
      </main>
      {isInspecting && (
        <aside class="inspector" aria-label="Inspector">
          <LazyView load={loadInspector} what="the inspector" />
        </aside>
      )}
    </div>
  );
}

function PageView({ id }: { id: string }) {
  const { pages, examples } = useObservable(catalog);
  const page = [...pages, ...examples].find((entry) => entry.id === id);
  if (page) return <ScriptView entry={page} />;
  if (id === "live") return <LazyView load={loadLivePage} what="the source → output view" />;
  return (
    <p class="note is-warning">
      There is no page “{id}”. <a href="#/start">Go to the start</a>
    </p>
  );
}

/** Somebody who opened a page by the keyboard goes on inside it, not in the list. The first page takes no focus. */
function useFocusOnChange(id: string) {
  const main = useRef<HTMLElement>(null);
  const first = useRef(id);
  useLayoutEffect(() => {
    if (first.current === id) return;
    first.current = "";
    main.current?.focus({ preventScroll: true });
    main.current?.scrollTo(0, 0);
    scrollTo(0, 0);
  }, [id]);
  return main;
}
