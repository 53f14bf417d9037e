import { useLayoutEffect } from "preact/hooks";
import { catalog } from "./catalog.ts";
import { useObservable } from "./observable.ts";

interface Link {
  id: string;
  title: string;
}

/** The list of pages: beside them in a wide window, over them on demand in a narrow one. */
export function Navigation({ open, isListOpen, close }: { open: string; isListOpen: boolean; close: () => void }) {
  const { pages, examples } = useObservable(catalog);
  // At once, so that the very next key can close it.
  useLayoutEffect(() => {
    if (!isListOpen) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") close();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [isListOpen, close]);
  return (
    <nav id="pages" class="pages" aria-label="Pages" data-open={isListOpen}>
      <Links heading="Pages" links={pages} open={open} close={close} />
      <Links heading="The transform" links={[{ id: "live", title: "Source → output" }]} open={open} close={close} />
      <Links heading="Worked examples" links={examples} open={open} close={close} />
    </nav>
  );
}

interface LinksProps {
  heading: string;
  links: readonly Link[];
  open: string;
  close: () => void;
}

function Links({ heading, links, open, close }: LinksProps) {
  return (
    <>
      <h2>{heading}</h2>
      <ul>
        {links.map(({ id, title }) => (
          <li key={id}>
            <a href={`#/${id}`} aria-current={id === open ? "page" : undefined} onClick={close}>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
