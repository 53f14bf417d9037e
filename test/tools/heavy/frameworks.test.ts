import { afterAll, beforeAll } from "vitest";
import { Installed } from "../install.ts";
import { describeTool, type Tool } from "../matrix.ts";

/** Frameworks upon Vite. They need Node 22, which the project brings along. */
let project: Installed;
beforeAll(() => {
  project = new Installed("frameworks");
});
afterAll(() => project.remove());

const node = (file: string) => ["node", "--enable-source-maps", file];
const at = (port: number) => ({ PORT: String(port), HOST: "127.0.0.1" });

const KIT = {
  "vite.config.ts": `import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
import cachet from "cachet/vite";
export default { plugins: [cachet(), sveltekit({ adapter: adapter() })], build: { sourcemap: true } };
`,
  "src/app.html": "<!doctype html><html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>",
  "src/routes/report/+server.ts": `import { report } from "../../report";
export const GET = async () => new Response("REPORT " + JSON.stringify(await report()));
`,
};

const ASTRO = {
  "astro.config.mjs": `import node from "@astrojs/node";
import cachet from "cachet/vite";
export default {
  output: "server", adapter: node({ mode: "standalone" }), devToolbar: { enabled: false },
  vite: { plugins: [cachet()], build: { sourcemap: true } },
};
`,
  "src/pages/report.ts": `import { report } from "../report";
export const GET = async () => new Response("REPORT " + JSON.stringify(await report()));
`,
};

const ROUTER = {
  "vite.config.ts": `import { reactRouter } from "@react-router/dev/vite";
import cachet from "cachet/vite";
export default { plugins: [cachet(), reactRouter()], build: { sourcemap: true } };
`,
  "app/root.tsx": `import { Outlet, Scripts } from "react-router";
export default function Root() { return <html lang="en"><body><Outlet /><Scripts /></body></html>; }
`,
  "app/routes.ts": `import { index, route } from "@react-router/dev/routes";
export default [index("home.tsx"), route("report", "report.ts")];
`,
  "app/home.tsx": `import { square } from "../src/data";
export default function Home() { return <p>{square(3)}</p>; }
`,
  "app/report.ts": `import { report } from "../src/report";
export const loader = async () => new Response("REPORT " + JSON.stringify(await report()));
`,
};

const TOOLS: Record<string, Tool> = {
  "SvelteKit 3": {
    files: KIT,
    build: ["vite", "build"],
    run: { command: node("build/index.js"), url: "http://127.0.0.1:3051/report" },
    dev: { command: ["vite", "dev", "--port", "3052", "--host", "127.0.0.1"], url: "http://127.0.0.1:3052/report" },
    env: at(3051),
  },
  "Astro 7": {
    files: ASTRO,
    build: ["astro", "build"],
    run: { command: node("dist/server/entry.mjs"), url: "http://127.0.0.1:3053/report" },
    dev: { command: ["astro", "dev", "--port", "3054", "--host", "127.0.0.1"], url: "http://127.0.0.1:3054/report" },
    env: at(3053),
  },
  "React Router 8": {
    files: ROUTER,
    build: ["react-router", "build"],
    run: {
      command: ["node", "--enable-source-maps", "node_modules/.bin/react-router-serve", "build/server/index.js"],
      url: "http://127.0.0.1:3055/report",
    },
    dev: {
      command: ["react-router", "dev", "--port", "3056", "--host", "127.0.0.1"],
      url: "http://127.0.0.1:3056/report",
    },
    env: at(3055),
  },
};

for (const [name, tool] of Object.entries(TOOLS)) describeTool(name, tool, (files) => project.open(files));
