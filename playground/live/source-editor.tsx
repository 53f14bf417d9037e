import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { useEffect, useRef } from "preact/hooks";
import { shared } from "./code-mirror.ts";
import type { Problem } from "./compile.ts";

interface SourceEditorProps {
  name: string;
  text: string;
  problems: readonly Problem[];
  change(text: string): void;
  /** Changes when a place in the text is to be shown. */
  target: { offset: number } | undefined;
}

/** The file that is written. Tab moves on to the next control, as everywhere on the page. */
export function SourceEditor({ name, text, problems, change, target }: SourceEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const changed = useRef(change);
  changed.current = change;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is the editor's own once it is open; only another file opens another.
  useEffect(() => {
    const told = EditorView.updateListener.of((update) => {
      if (update.docChanged) changed.current(update.state.doc.toString());
    });
    const state = EditorState.create({
      doc: text,
      extensions: [basicSetup, lintGutter(), shared(`Source of ${name}`), told],
    });
    const made = new EditorView({ state, parent: place.current as HTMLDivElement });
    view.current = made;
    return () => made.destroy();
  }, [name]);

  useEffect(() => {
    const { current } = view;
    if (current === undefined || current.state.doc.toString() === text) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const { current } = view;
    if (current === undefined) return;
    const { length } = current.state.doc;
    const shown = problems.map(({ start, length: size, severity, code, message, fix }) => ({
      from: Math.min(start, length),
      to: Math.min(start + size, length),
      severity,
      message: `${code}: ${message} ${fix}`,
    }));
    current.dispatch(setDiagnostics(current.state, shown));
  }, [problems]);

  useEffect(() => {
    const { current } = view;
    if (current === undefined || target === undefined) return;
    const at = Math.min(target.offset, current.state.doc.length);
    current.dispatch({ selection: { anchor: at }, scrollIntoView: true });
    current.focus();
  }, [target]);

  return <div class="live-editor" ref={place} />;
}
