/** A piece of a single-file component that holds script. Offsets in the component's text. */
export interface ScriptBlock {
  /** Where its tag starts, for putting another one before it. */
  tag: number;
  start: number;
  end: number;
  /** `module`: runs once. `setup`: runs for each instance of the component. `client`: a module of its own in the page. */
  role: "module" | "setup" | "client";
  /** The `lang` attribute: `ts`, `tsx`, …; `ts` in Astro. */
  lang: string | undefined;
}

const COMPONENT = /^[^?\0]+\.(vue|svelte|astro)$/;

export type Dialect = "vue" | "svelte" | "astro";

/** Which kind of component a file is, by its name; `undefined` for scripts and for the parts that bundlers name `App.vue?…`. */
export function dialectOf(fileName: string): Dialect | undefined {
  return COMPONENT.exec(fileName)?.[1] as Dialect | undefined;
}

/** The script blocks of a component, in order. */
export function findScriptBlocks(dialect: Dialect, text: string): ScriptBlock[] {
  if (dialect !== "astro") return findScriptTags(dialect, text);
  const fence = /^\s*---/.exec(text);
  const start = fence?.[0].length ?? 0;
  const length = fence ? text.slice(start).search(/(?:^|\n)[ \t]*---/) : -1;
  const end = length < 0 ? 0 : start + length;
  const setup: ScriptBlock[] = end > 0 ? [{ tag: 0, start, end, role: "setup", lang: "ts" }] : [];
  return [...setup, ...findScriptTags(dialect, text, end)];
}

/** Comments, and the tags whose content is not markup or not the component's own. Attributes may hold a `>`. */
const TAG = /<!--[\s\S]*?(?:-->|$)|<(script|style|template|svelte:head)\b((?:"[^"]*"|'[^']*'|\{[^}]*\}|[^>"'])*)>/gi;

function findScriptTags(dialect: Dialect, text: string, from = 0): ScriptBlock[] {
  const blocks: ScriptBlock[] = [];
  const tags = new RegExp(TAG);
  tags.lastIndex = from;
  for (let match = tags.exec(text); match; match = tags.exec(text)) {
    const [whole, name, attributes = ""] = match;
    if (name === undefined || attributes.endsWith("/")) continue;
    const start = match.index + whole.length;
    const end = endOf(text, name.toLowerCase(), start, dialect);
    if (end === undefined) break;
    if (name.toLowerCase() === "script" && !has(attributes, "src")) {
      blocks.push({
        tag: match.index,
        start,
        end,
        role: roleOf(dialect, attributes),
        lang: attributeOf(attributes, "lang"),
      });
    }
    // Astro's templates and styles hold scripts as elements do.
    if (name.toLowerCase() === "script" || dialect !== "astro") tags.lastIndex = end;
  }
  return blocks;
}

/** Where the content of an element ends; templates stand inside each other. */
function endOf(text: string, name: string, start: number, dialect: Dialect): number | undefined {
  const isNested = name === "template" && dialect === "vue";
  const edges = new RegExp(`<(/?)${name}\\b(?:"[^"]*"|'[^']*'|[^>"'])*?(/?)>`, "gi");
  edges.lastIndex = start;
  let depth = 1;
  for (let match = edges.exec(text); match; match = edges.exec(text)) {
    if (match[1]) depth--;
    else if (isNested && !match[2]) depth++;
    if (depth === 0) return match.index;
  }
  return undefined;
}

function roleOf(dialect: Dialect, attributes: string): ScriptBlock["role"] {
  if (dialect === "astro") return "client";
  if (dialect === "vue") return has(attributes, "setup") ? "setup" : "module";
  return has(attributes, "module") || attributeOf(attributes, "context") === "module" ? "module" : "setup";
}

function has(attributes: string, name: string): boolean {
  return new RegExp(`(?:^|\\s)${name}(?=[\\s=]|$)`).test(attributes.replace(/"[^"]*"|'[^']*'/g, '""'));
}

function attributeOf(attributes: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`).exec(attributes);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}
