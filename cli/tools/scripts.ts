/** One command of a package.json script. */
export interface ScriptCommand {
  /** The script's name. */
  script: string;
  /** The command without what only starts it (`npx`, `cross-env A=1`), and its arguments. */
  words: string[];
  /** The command as it stands there, environment included. */
  text: string;
  /** Where it stands in the script. */
  start: number;
}

const STARTERS = /^(?:npx|bunx|pnpx|exec|time|cross-env|cross-env-shell|dotenv|dotenvx|env-cmd|wait-on|c8|nyc|run)$/;

/** The commands of scripts: `cross-env A=1 tsc -b && node out/a.js` are two. */
export function commandsIn(scripts: Readonly<Record<string, unknown>>): ScriptCommand[] {
  return Object.entries(scripts).flatMap(([script, text]) =>
    typeof text === "string" ? split(text).map((part) => ({ script, words: wordsOf(part.text), ...part })) : [],
  );
}

function split(script: string): { text: string; start: number }[] {
  const parts: { text: string; start: number }[] = [];
  for (const match of script.matchAll(/(?:"[^"]*"|'[^']*'|[^&|;"'])+/g)) {
    const text = match[0].trim();
    if (text !== "") parts.push({ text, start: match.index + match[0].indexOf(text) });
    // `concurrently "vite" "tsc -w"`: the commands are arguments.
    if (/^(?:npx\s+)?concurrently\b/.test(text)) {
      for (const quoted of text.matchAll(/"([^"]*)"|'([^']*)'/g)) {
        const inner = (quoted[1] ?? quoted[2] ?? "").replace(/\\$/, "");
        parts.push({ text: inner, start: (parts.at(-1)?.start ?? 0) + quoted.index + 1 });
      }
    }
  }
  return parts;
}

function wordsOf(text: string): string[] {
  const words = [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
  let first = 0;
  while (first < words.length) {
    const word = words[first] as string;
    const isPackageManager = /^(?:pnpm|yarn|npm)$/.test(word) && /^(?:exec|dlx|x)$/.test(words[first + 1] ?? "");
    if (isPackageManager) first += 2;
    else if (/^\w+=/.test(word) || STARTERS.test(word) || word === "--" || (first > 0 && /^-[-\w]+$/.test(word)))
      first++;
    else if (/^(?:pnpm|yarn)$/.test(word) && words.length > first + 1) first++;
    else break;
  }
  const [name = "", ...rest] = words.slice(first);
  return [name.replace(/^.*\/node_modules\/\.bin\//, "").replace(/^.*\/(?=[\w-]+$)/, ""), ...rest];
}
