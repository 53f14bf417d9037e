import { javascript } from "@codemirror/lang-javascript";
import { syntaxHighlighting } from "@codemirror/language";
import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Range } from "./inserted.ts";

/** The page's own colours, so that light and dark need no second theme. */
const theme = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--code-bg)", color: "var(--text)", fontSize: "13px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--code-bg)", color: "var(--muted)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, .cm-selectionMatch": {
    backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent) !important",
  },
  ".cm-tooltip, .cm-panels": {
    backgroundColor: "var(--panel)",
    color: "var(--text)",
    border: "1px solid var(--line)",
    fontFamily: "var(--font)",
  },
  ".cm-inserted": { backgroundColor: "color-mix(in srgb, var(--accent) 16%, transparent)", borderRadius: "2px" },
});

/** What both editors share. `label` is what a screen reader calls it. */
export function shared(label: string): Extension {
  return [
    javascript({ typescript: true, jsx: true }),
    syntaxHighlighting(classHighlighter),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    theme,
  ];
}

/** A place for an editor, and the editor in it. `create` makes its state, anew when one of `inputs` changes. */
export function useEditor(create: () => EditorState, inputs: readonly unknown[]) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  useLayoutEffect(() => {
    const made = new EditorView({ state: create(), parent: place.current as HTMLDivElement });
    view.current = made;
    return () => made.destroy();
  }, inputs);
  return { place, view };
}

/** Says which ranges were inserted. */
export const showInserted = StateEffect.define<readonly Range[]>();

/** Marks them. */
export const insertedRanges = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { effects, changes }) {
    let next = marks.map(changes);
    for (const effect of effects) {
      if (effect.is(showInserted)) {
        next = Decoration.set(
          effect.value.map(({ from, to }) => Decoration.mark({ class: "cm-inserted" }).range(from, to)),
        );
      }
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});
