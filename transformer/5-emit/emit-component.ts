import type { ComponentFile } from "../1-marks/component.ts";
import type { Edit, SyntaxApi } from "../types.ts";
import { insertEdits } from "./emit-text.ts";
import { Insertions } from "./insertions.ts";

/**
 * The text of a component with its edits. What belongs to the module goes into the module's script, which is added if
 * there is none; in Astro, whose frontmatter is all that it has, in front of the frontmatter.
 */
export function emitComponent(
  api: SyntaxApi,
  component: ComponentFile,
  edits: readonly Edit[],
): ReturnType<Insertions["emit"]> {
  const { sourceFile, blocks, dialect } = component;
  const isPrelude = (edit: Edit) => edit.type === "prepend-statements" && edit.node === sourceFile;
  const text = new Insertions(component.text, component.originalOf);
  const own = edits.filter((edit) => !isPrelude(edit));
  insertEdits(api, sourceFile, own, text);
  const inserted = edits.flatMap((edit) => (edit.type === "prepend-statements" && isPrelude(edit) ? [edit.text] : []));
  const prelude = `${inserted.join(" ")}${captureHelperText(component, inserted[0] ?? "")}`;
  const module = blocks.find(({ role }) => role === "module");
  const setup = blocks.find(({ role }) => role === "setup");
  // In front of the first tag or content that may take it: the place lies on the edge of a substitution or inside one.
  const host = module ?? setup;
  const place = host && (module ? host.start : dialect === "astro" ? contentOf(component.text, host.start) : host.tag);
  const added = module || dialect === "astro" ? `${prelude} ` : scriptTag(dialect, setup?.lang, prelude);
  if (place !== undefined && prelude !== "") text.close(component.offsetOf(place), added, "hidden");
  return text.emit(sourceFile.fileName);
}

/** Behind the line break after Astro's fence. */
function contentOf(text: string, start: number): number {
  return start + (/^[ \t]*\r?\n/.exec(text.slice(start))?.[0].length ?? 0);
}

function scriptTag(dialect: ComponentFile["dialect"], lang: string | undefined, content: string): string {
  const attributes = `${dialect === "svelte" ? " module" : ""}${lang === undefined ? "" : ` lang="${lang}"`}`;
  return `<script${attributes}>${content}</script>`;
}

/** In Vue a captured `ref` counts by its value; what else is reactive is an object like any other. */
export function captureHelperOf({ dialect }: ComponentFile, prefix: string): string | undefined {
  return dialect === "vue" ? `${prefix}$ref` : undefined;
}

/** `__cachet$ref(() => count)`, declared where the runtime is imported. */
function captureHelperText(component: ComponentFile, prelude: string): string {
  const prefix = /^import \* as (\S+) /.exec(prelude)?.[1];
  const name = prefix === undefined ? undefined : captureHelperOf(component, prefix);
  if (name === undefined) return "";
  return ` function ${name}(read) { return ${prefix}.capture(() => { const value = read(); return value?.__v_isRef === true ? value.value : value; }); }`;
}
