import type { FunctionReport } from "cachet/transformer";
import { Tree } from "../app/tree.tsx";
import { FOLDER } from "./folder.ts";

/** What a code hash covers, as `cachet explain` draws it. */
export function HashTree({ tree }: { tree: NonNullable<FunctionReport["tree"]> }) {
  return (
    <Tree
      nodes={tree}
      label="What the code hash covers"
      line={({ kind, name, file, line, hash, note }, _index, isRepeated) => (
        <>
          <span class="muted">{kind}</span> <code>{name}</code>{" "}
          <span class="muted">
            {file !== undefined && `${file.replace(FOLDER, "")}:${line} `}
            {hash.slice(0, 8)}
            {isRepeated && " (see above)"}
          </span>
          {note !== undefined && <span class="warn"> {note}</span>}
        </>
      )}
    />
  );
}
