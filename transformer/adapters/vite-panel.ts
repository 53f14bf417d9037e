import type { BuildFacts, InspectHandler, InspectHandlerOptions } from "cachet/inspect/http";
import type { HtmlTagDescriptor, ViteDevServer } from "vite";

/** Where the dev server answers with the panel. */
const PATH = "/__cachet";
const AGENT = "cachet/inspect/agent";

/**
 * The hooks of a Vite plugin that show the panel in dev: the caches of this process, where the server's code runs, and
 * those of open pages, which a script in their HTML reports. Only this machine may look. Builds get nothing.
 * @param factsOf what the plugin knows of the code, once a dev server has started
 * @param hasButton whether pages get a link to the panel
 */
export function panelHooks(
  factsOf: () => BuildFacts | undefined,
  hasButton: boolean,
): { configureServer(server: ViteDevServer): void; transformIndexHtml(): HtmlTagDescriptor[] } {
  let script: HtmlTagDescriptor | undefined;
  return {
    configureServer(server) {
      const base = `${server.config.base.replace(/\/$/, "")}${PATH}`;
      const button = hasButton && { "data-cachet-panel": base };
      const attrs = { type: "module", src: `${server.config.base}@id/${AGENT}`, ...button };
      script = { tag: "script", attrs, injectTo: "head-prepend" };
      let handler: Promise<InspectHandler> | undefined;
      server.middlewares.use((request, response, next) => {
        if (!request.url?.startsWith(base)) return next();
        // Nothing of the panel is loaded before anybody looks.
        handler ??= openPanel(base, factsOf());
        handler.then((panel) => panel.node(request, response, next), next);
      });
    },
    transformIndexHtml: () => (script === undefined ? [] : [script]),
  };
}

async function openPanel(base: string, facts: BuildFacts | undefined): Promise<InspectHandler> {
  // By the name that the server's code has for it: what was built for Node is another copy, with tags of its own.
  const { inspectHandler, isLocal } = await import("cachet/inspect/http");
  // Vite itself has looked at the name that was asked for; its `server.allowedHosts` counts.
  const guard: InspectHandlerOptions["guard"] = (_request, from) => isLocal(new Request("http://localhost"), from);
  return inspectHandler({ guard, base, pages: true, ...(facts && { facts }) });
}

/** What Vite would otherwise find late, and reload the page for. */
export const panelDependencies = [AGENT];
