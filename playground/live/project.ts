/** The files a person writes, and which of them is looked at. */
export interface Project {
  files: readonly SourceText[];
  open: string;
}

export interface SourceText {
  name: string;
  text: string;
}

const MAIN = `import { fetchRates, round } from "./helper.ts";

/** @cacheData({ ttl: "1h", maxEntries: 100 }) */
export async function convert(amount: number, to = "EUR", _log?: Console) {
  const rates = await fetchRates();
  return round(amount * (rates[to] ?? 1));
}

/** @cacheResource */
export function connect(url: string) {
  return new WebSocket(url);
}
`;

const HELPER = `const BASE = "https://example.com/rates";

export async function fetchRates(): Promise<Record<string, number>> {
  const answer = await fetch(BASE);
  return answer.json();
}

export const round = (value: number) => Math.round(value * 100) / 100;
`;

/** What is there before anything is written: a function whose hash follows a helper in another file, and one that doesn't. */
export const sample: Project = {
  files: [
    { name: "main.ts", text: MAIN },
    { name: "helper.ts", text: HELPER },
  ],
  open: "main.ts",
};

const NAME = /^[\w-][\w.-]*\.[cm]?[jt]sx?$/;
const MOST_FILES = 8;

/** The project in a value that came from outside, or `undefined`. */
export function readProject(value: unknown): Project | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { files, open } = value as { files?: unknown; open?: unknown };
  if (!Array.isArray(files) || files.length === 0 || files.length > MOST_FILES || !files.every(isSourceText)) return;
  const names = new Set(files.map(({ name }) => name));
  if (names.size !== files.length || typeof open !== "string" || !names.has(open)) return undefined;
  // The editor ends lines by one character; offsets would be others with two.
  return { files: files.map(({ name, text }) => ({ name, text: text.replace(/\r\n?/g, "\n") })), open };
}

function isSourceText(value: unknown): value is SourceText {
  if (typeof value !== "object" || value === null) return false;
  const { name, text } = value as { name?: unknown; text?: unknown };
  return typeof name === "string" && NAME.test(name) && typeof text === "string";
}

export function textOf({ files }: Project, name: string): string {
  return files.find((file) => file.name === name)?.text ?? "";
}

export function withText(project: Project, name: string, text: string): Project {
  return { ...project, files: project.files.map((file) => (file.name === name ? { name, text } : file)) };
}

/** Adds an empty file under the first free name and opens it. */
export function withNewFile(project: Project): Project {
  if (!mayGrow(project)) return project;
  let number = project.files.length + 1;
  while (project.files.some(({ name }) => name === `file-${number}.ts`)) number++;
  const name = `file-${number}.ts`;
  return { files: [...project.files, { name, text: "" }], open: name };
}

/** Removes a file, unless it is the last. */
export function withoutFile(project: Project, name: string): Project {
  const files = project.files.filter((file) => file.name !== name);
  const [first] = files;
  if (first === undefined) return project;
  return { files, open: project.open === name ? first.name : project.open };
}

export const mayGrow = ({ files }: Project): boolean => files.length < MOST_FILES;
