import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { type Plugin, runnerImport } from "vite";

type Api = typeof import("./api.ts");
type Recorded = typeof import("./recorded-answers.ts");

/**
 * Answers `api/…` while the dev server runs. The code behind it is loaded through Vite, so it goes through the
 * transform, and an edit of it counts with the next request.
 */
export function serverPart(): Plugin {
  return {
    name: "playground:server-part",
    configureServer(server) {
      server.middlewares.use("/api", async (request, response) => {
        try {
          const { answer } = (await server.ssrLoadModule("/server/api.ts")) as Api;
          const result = await answer(new URL(request.url ?? "/", "http://localhost").pathname);
          send(response, result.status, result.body);
        } catch (error) {
          if (error instanceof Error) server.ssrFixStacktrace(error);
          send(response, 500, { error: String(error) });
        }
      });
    },
    async generateBundle() {
      if (this.environment.name !== "client") return;
      // Not a plain import: what the configuration imports restarts the dev server when it is edited.
      const { alias } = this.environment.config.resolve;
      const { module } = await runnerImport<Recorded>(join(import.meta.dirname, "recorded-answers.ts"), {
        resolve: { alias },
      });
      for (const { path, body } of await module.recordedAnswers())
        this.emitFile({ type: "asset", fileName: `api/${path}`, source: JSON.stringify(body) });
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
