import { join } from "node:path";
import { rollup } from "rollup";
import { build, createLogger, createServer, type Plugin } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "./package.ts";
import { createProject, type Project, REPOSITORY } from "./project.ts";

/** What another plugin makes of files. */
type Other = Pick<Plugin, "name" | "load" | "transform"> & { enforce?: "pre" };

let project: Project;
let cachet: (options?: object) => any;
let rollupCachet: (options?: object) => any;

beforeAll(async () => {
  buildPackage();
  project = createProject({
    "src/main.js": 'import { f } from "./a.js";\nconsole.log(f("k"));\n',
    "src/a.js":
      'import { N, T } from "./helper.js";\n/** @cacheData */\nexport function f(k) { return N + T + k + "@own"; }\n',
    "src/helper.js": 'export const N = 1;\nexport const T = "@text";\nconst unused = [N];\n',
  });
  cachet = (await import(/* @vite-ignore */ `${REPOSITORY}/dist/node/tools/vite.js`)).default;
  rollupCachet = (await import(/* @vite-ignore */ `${REPOSITORY}/dist/node/tools/rollup.js`)).default;
});
afterAll(() => project.remove());

const replacing = (file: string, from: string, to: string, more: Partial<Other> = {}): Other => ({
  name: "replace-text",
  transform: (code: string, id: string) =>
    id.endsWith(file) && code.includes(from) ? { code: code.replaceAll(from, to), map: null } : null,
  ...more,
});

const OTHERS: [title: string, other: Other, warned: boolean][] = [
  [
    "loads a helper from elsewhere",
    { name: "gen", load: (id) => (id.endsWith("helper.js") ? "export const N = 2, T = 3;" : null) },
    true,
  ],
  [
    "loads with a filter",
    {
      name: "gen",
      load: { filter: { id: /helper\.js$/ }, handler: async () => ({ code: "export const N = 2, T = 3;" }) },
    },
    true,
  ],
  [
    "loads what lies on disk",
    {
      name: "gen",
      load: (id) =>
        id.endsWith("helper.js") ? '// c\nexport const N = 0x1; export const T = "@text";\nconst unused = [N]' : null,
    },
    false,
  ],
  ["replaces a text of a helper", replacing("helper.js", "@text", "other"), true],
  ["replaces it before", replacing("helper.js", "@text", "other", { enforce: "pre" }), true],
  ["replaces a text of the function behind cachet", replacing("a.js", "@own", "other"), true],
  ["replaces a number", replacing("helper.js", "N = 1", "N = 2"), true],
  ["adds code", replacing("helper.js", "export const N", "import.meta.hot;\nexport const N"), false],
  ["changes what nothing cached reaches", replacing("main.js", '"k"', '"l"'), false],
];

async function viteSays(other: Other): Promise<string> {
  const said: string[] = [];
  const logger = createLogger("warn");
  logger.warn = logger.warnOnce = (message) => void said.push(message);
  await build({
    root: project.root,
    configFile: false,
    customLogger: logger,
    plugins: [cachet({ buildCache: false }), other],
    build: { ssr: "src/main.js", outDir: "out", write: false },
  });
  return said.join("\n");
}

async function rollupSays(other: Other): Promise<string> {
  const said: string[] = [];
  await rollup({
    input: join(project.root, "src/main.js"),
    external: [/^cachet/],
    plugins: [rollupCachet({ buildCache: false }), other as never],
    onwarn: ({ message }) => void said.push(message),
  });
  return said.join("\n");
}

describe.each([
  ["Vite", viteSays],
  ["Rollup", rollupSays],
])("what another plugin of %s makes of a file", (_, says) => {
  it.each(OTHERS)("%s", async (_title, other, warned) => {
    const said = await says({ ...other });
    if (!warned) expect(said).not.toContain("CACHET3004");
    else expect(said).toMatch(new RegExp(`CACHET3004: The plugin "${other.name}" gives (helper|a)\\.js another text`));
  });
});

it("says so in a dev server, whichever of the two files comes first", async () => {
  const said: string[] = [];
  const logger = createLogger("warn");
  logger.warn = logger.warnOnce = (message) => void said.push(message);
  const server = await createServer({
    root: project.root,
    configFile: false,
    customLogger: logger,
    plugins: [cachet({ buildCache: false }), replacing("helper.js", "@text", "other")],
    server: { middlewareMode: true, ws: false, watch: null },
  });
  try {
    await server.transformRequest("/src/helper.js", { ssr: true });
    expect(said.join()).not.toContain("CACHET3004");
    await server.transformRequest("/src/a.js", { ssr: true });
    expect(said.join()).toContain("CACHET3004");
  } finally {
    await server.close();
  }
});
