import type { CachedFunction, Entry } from "../call/types.ts";
import { NotRecordedError } from "../errors.ts";
import type { EntryKey } from "../key/entry-key.ts";
import { state } from "../registry.ts";
import type { Recordings } from "../settings.ts";
import { previewPart, previewText, previewValue } from "../values/preview.ts";
import { changedSince, noteCode } from "./recorded-code.ts";
import { type RecordingOptions, RecordingStore } from "./recording-store.ts";

/** What the modes `record` and `replay` need: every data function then persists to files that people can read. */
export function openRecordings(
  mode: "record" | "replay",
  dir: string,
  options: Omit<RecordingOptions, "isReadOnly"> = {},
): Recordings {
  const store = new RecordingStore(dir, { isReadOnly: mode === "replay", ...options });
  return {
    mode,
    store,
    describe: (owner, key) => {
      noteCode(store.folderOf(owner.definition.id), owner.definition);
      return describe(owner, key);
    },
    refuse,
    missed: (owner: CachedFunction, { key }: Entry): never => {
      const { definition } = owner;
      const call = describe(owner, key);
      const earlier = store.of(definition.id).find((recording) => recording.call === call);
      const changed = earlier ? changedSince(store.folderOf(definition.id), earlier.codeHash, definition) : [];
      throw new NotRecordedError(call, definition, earlier?.codeHash, dir, changed);
    },
  };
}

/** They run: they may be what a program computes for itself. But a test that runs offline must not hear of it from a server. */
function refuse({ definition: { id }, name, options }: CachedFunction): void {
  const key = `${id}:recordings`;
  if (state.warned.has(key)) return;
  state.warned.add(key);
  const text =
    options.scope === undefined
      ? 'belong to their instance, so they run and are not recorded. To record them, say `this: "value"` or `this: "ignore"`'
      : "belong to their scope, so they run and are not recorded. To record them, leave out `scope`";
  try {
    state.settings.onWarning(`cachet: calls of ${name}() ${text}`);
  } catch {
    // A failing reporter must not fail the call it reports about.
  }
}

function describe(owner: CachedFunction, key: EntryKey): string {
  const { name, parts } = owner.definition;
  const texts = isDirectKey(key) ? key.map(previewValue) : previewText(owner.textOf(key), parts.length);
  return `${name}(${texts.map((text, i) => `${parts[i] ?? "widgets"}: ${previewPart(parts[i] ?? "widgets", text)}`).join(", ")})`;
}

const isDirectKey = (key: EntryKey): key is readonly unknown[] =>
  typeof key !== "string" && !key.some((part) => typeof part === "symbol");
