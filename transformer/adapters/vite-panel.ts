import type { BuildFacts, InspectHandler } from "cachet/inspect/http";
import type { HtmlTagDescriptor, Plugin } from "vite";

/** Where the dev server answers with the panel. */
const PATH = "/__cachet";
const AGENT = "cachet/inspect/agent";

/**
 * The hooks of a Vite plugin that show the panel in dev: the caches of this process, where the server's code runs, and
 * those of open pages, which a script in their HTML reports. Only this machine may look. Builds get nothing.
 * @param factsOf what the plugin knows of the code, once a dev server has started
 */
export function panelHooks(
  factsOf: () => BuildFacts | undefined,
): Required<Pick<Plugin, "configureServer" | "transformIndexHtml">> {
  let script: HtmlTagDescriptor | undefined;
  return {
    configureServer(server) {
      const base = `${server.config.base.replace(/\/$/, "")}${PATH}`;
      const attrs = { type: "module", src: `${server.config.base}@id/${AGENT}` };
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
  return inspectHandler({ guard: isLocal, base, pages: true, ...(facts && { facts }) });
}

/** What Vite would otherwise find late, and reload the page for. */
export const panelDependencies = [AGENT];
