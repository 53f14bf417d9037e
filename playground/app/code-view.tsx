import { useEffect, useState } from "preact/hooks";
import { catalog } from "./catalog.ts";
import { Button, Scroller } from "./controls.tsx";
import type { Token } from "./highlight.ts";
import { useObservable } from "./observable.ts";

/** Source files of the playground, one at a time. The first is shown to begin with. */
export function CodeView({ files }: { files: readonly [string, ...string[]] }) {
  const [chosen, choose] = useState<string>(files[0]);
  const file = files.includes(chosen) ? chosen : files[0];
  return (
    <section class="code" aria-label="Code">
      <div class="code-head">
        {files.map((each) => (
          <Button key={each} text={each} aria-pressed={each === file} onClick={() => choose(each)} />
        ))}
      </div>
      <SourceText file={file} />
    </section>
  );
}

function SourceText({ file }: { file: string }) {
  const tokens = useTokens(file);
  return (
    <Scroller class="code-text" aria-label={`Source of ${file}`}>
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
    </Scroller>
  );
}

/** The pieces of a file, once it is loaded; empty until then. */
function useTokens(file: string): readonly Token[] {
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
  return tokens;
}

async function tokensOf(file: string, sources: (typeof catalog)["value"]["sources"]): Promise<readonly Token[]> {
  const load = sources[file];
  if (load === undefined) return [{ text: `// ${file} is not part of this build`, style: "" }];
  const [source, { highlight }] = await Promise.all([load(), import("./highlight.ts")]);
  return highlight(source);
}
