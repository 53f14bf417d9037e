import { createRequire } from "node:module";
import { createServer, type InlineConfig, type Plugin, type ViteDevServer } from "vite";
import { REPOSITORY } from "./project.ts";

/** Past Vitest, whose aliases would lead the panel to sources, and to another copy of the runtime than the server's code has. */
const load = createRequire(import.meta.url);

/** The plugin of the built package. */
export const builtPlugin = (options?: object): Plugin => load(`${REPOSITORY}/dist/node/tools/vite.js`).default(options);

/** What the tests' configurations have in common. */
export const configOf = (root: string, options?: object): InlineConfig => ({
  root,
  configFile: false,
  logLevel: "silent",
  plugins: [builtPlugin(options)],
});

/** Vite's dev server over a project, on a free port. */
export async function startDevServer(root: string, options?: object): Promise<{ server: ViteDevServer; url: string }> {
  const server = await createServer({ ...configOf(root, options), server: { port: 0, fs: { strict: false } } });
  await server.listen();
  const { local } = server.resolvedUrls as { local: string[] };
  return { server, url: (local[0] as string).replace(/\/$/, "") };
}
