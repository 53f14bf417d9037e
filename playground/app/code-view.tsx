import { useEffect, useState } from "preact/hooks";
import { catalog } from "./catalog.ts";
import type { Token } from "./highlight.ts";
import { useObservable } from "./observable.ts";

/** A source file of the playground, by its path in it. */
export function CodeView({ file }: { file: string }) {
  const { sources } = useObservable(catalog);
  const [tokens, setTokens] = useState<readonly Token[]>([]);
  useEffect(() => {
    let isWanted = true;
    const set = (next: readonly Token[]) => {
      if (isWanted) setTokens(next);
    };
    void tokensOf(file, sources).then(set, (error: unknown) => set([{ text: String(error), style: "" }]));
    return () => {
      isWanted = false;
    };
  }, [file, sources]);
  return (
    <figure class="code">
      <figcaption>playground/{file}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable, or the keyboard can't scroll it. */}
      <section class="code-text" tabIndex={0} aria-label={`Source of ${file}`}>
        <pre>
          <code>
            {tokens.map(({ text, style }, i) =>
              style === "" ? (
                text
              ) : (
                <span key={i} class={style}>
                  {text}
                </span>
              ),
            )}
          </code>
        </pre>
      </section>
    </figure>
  );
}

async function tokensOf(file: string, sources: Record<string, () => Promise<string>>): Promise<readonly Token[]> {
  const [folder, name] = file.split("/");
  const load = sources[folder === "pages" ? `./${name}` : `../${file}`];
  if (load === undefined) return [{ text: `// ${file} is not part of this build`, style: "" }];
  const [source, { highlight }] = await Promise.all([load(), import("./highlight.ts")]);
  return highlight(source);
}
