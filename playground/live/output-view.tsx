import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "preact/hooks";
import { insertedRanges, shared, showInserted } from "./code-mirror.ts";
import type { Range } from "./inserted.ts";

/** The transformed file, read only, with what was inserted marked. */
export function OutputView({ code, inserted }: { code: string; inserted: readonly Range[] }) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  useEffect(() => {
    const readOnly = [EditorState.readOnly.of(true), EditorView.editable.of(false)];
    const state = EditorState.create({ extensions: [lineNumbers(), shared("Output"), readOnly, insertedRanges] });
    const made = new EditorView({ state, parent: place.current as HTMLDivElement });
    view.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => {
    const { current } = view;
    if (current === undefined) return;
    const changes = { from: 0, to: current.state.doc.length, insert: code };
    current.dispatch({ changes, effects: showInserted.of(inserted) });
  }, [code, inserted]);
  return <div class="live-editor" ref={place} />;
}
