import type { ServerResponse } from "node:http";
import type { Plugin } from "vite";

type Api = typeof import("./api.ts");

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
      const { recordedAnswers } = await import("./recorded-answers.ts");
      for (const { path, body } of await recordedAnswers())
        this.emitFile({ type: "asset", fileName: `api/${path}`, source: JSON.stringify(body) });
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
