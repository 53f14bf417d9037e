import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect } from "preact/hooks";
import { insertedRanges, shared, showInserted, useEditor } from "./code-mirror.ts";
import type { Range } from "./inserted.ts";

/** The transformed file, read only, with what was inserted marked. */
export function OutputView({ code, inserted }: { code: string; inserted: readonly Range[] }) {
  const { place, view } = useEditor(() => {
    const readOnly = [EditorState.readOnly.of(true), EditorView.editable.of(false)];
    return EditorState.create({ extensions: [lineNumbers(), shared("Output"), readOnly, insertedRanges] });
  }, []);
  useEffect(() => {
    const { current } = view;
    if (current === undefined) return;
    const changes = { from: 0, to: current.state.doc.length, insert: code };
    current.dispatch({ changes, effects: showInserted.of(inserted) });
  }, [code, inserted]);
  return <div class="live-editor" ref={place} />;
}
