import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { shared, useEditor } from "./code-mirror.ts";
import type { Problem } from "./compile.ts";

interface SourceEditorProps {
  name: string;
  /** What the file begins with; later the editor knows more than whoever draws it. */
  text: string;
  /** Changes when the text is another one that the editor did not make. */
  revision: number;
  problems: readonly Problem[];
  change(text: string): void;
  /** Changes when a place in the text is to be shown. */
  target: { offset: number } | undefined;
}

/** The file that is written. Tab moves on to the next control, as everywhere on the page. */
export function SourceEditor({ name, text, revision, problems, change, target }: SourceEditorProps) {
  const changed = useRef(change);
  changed.current = change;

  // Opened once per file: handing the text back would undo what was typed meanwhile.
  const { place, view } = useEditor(() => {
    const told = EditorView.updateListener.of((update) => {
      if (update.docChanged) changed.current(update.state.doc.toString());
    });
    const extensions = [basicSetup, lintGutter(), shared(`Source of ${name}`), told];
    return EditorState.create({ doc: text, extensions });
  }, [name, revision]);

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

  // Before anything else can be typed: what follows the jump belongs where it leads.
  useLayoutEffect(() => {
    const { current } = view;
    if (current === undefined || target === undefined) return;
    const at = Math.min(target.offset, current.state.doc.length);
    current.dispatch({ selection: { anchor: at }, scrollIntoView: true });
    current.focus();
  }, [target]);

  return <div class="live-editor" ref={place} />;
}
