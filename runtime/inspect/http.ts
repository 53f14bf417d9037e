/** The inspector's panel over HTTP, for a debug route of a server. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { BuildFacts } from "./build-facts.ts";
import { PANEL } from "./panel-page.ts";
import { type Action, act, follow, isTarget, snapshot } from "./remote.ts";

export type { BuildFacts, CodeEdit, CoveredNode, EditedFunction } from "./build-facts.ts";

export interface InspectHandlerOptions {
  /**
   * Says who may look and clear. There is no default: the panel shows arguments and the source ids of every cached function.
   * @param request the request; `from` is the address that it came from, as far as the server tells
   */
  guard: (request: Request, from: string | undefined) => boolean | Promise<boolean>;
  /** Path under which the panel answers; `/__cachet` by default. */
  base?: string;
  /** Also offer the caches of open pages of the same origin, which run `cachet/inspect/agent`. */
  pages?: boolean;
  /** What a build tool knows of the code: `cachet/vite` hands it over in its dev server. */
  facts?: BuildFacts;
}

export interface InspectHandler {
  /** For servers in fetch style. `undefined` if the path is not the panel's. */
  fetch(request: Request): Promise<Response | undefined>;
  /** For Node's `http`, Connect, Express. Calls `next` if the path is not the panel's. */
  node(request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
}

const ACTIONS: Readonly<Record<string, Action>> = { "/clear": "clear", "/expire": "expire" };
const LOOPBACK = /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/;
const HARMLESS_HOST = /^(?:(?:[\w-]+\.)*localhost|[\d.]+|\[[\da-f:.]+\])(?::\d+)?$/i;
const JSON_TYPE = { "content-type": "application/json" };

/**
 * A handler that shows the panel at `base`: every cached function of this process, its entries, what happens to them, and
 * buttons to clear. What changes something is a POST with a token that only the panel's own page holds.
 */
export function inspectHandler(options: InspectHandlerOptions): InspectHandler {
  const { guard, base = "/__cachet", pages = false, facts } = options;
  if (typeof guard !== "function") {
    throw new TypeError("inspectHandler(): expected `guard`, a function that says who may see the panel");
  }
  const token = crypto.randomUUID();
  const answer = async (request: Request, from: string | undefined): Promise<Response | undefined> => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== base && !pathname.startsWith(`${base}/`)) return undefined;
    if ((await guard(request, from)) !== true) return new Response("Forbidden", { status: 403 });
    const path = pathname.slice(base.length).replace(/\/$/, "");
    const action = request.method === "POST" ? ACTIONS[path] : undefined;
    if (action !== undefined) return actAsAsked(action, request, token);
    if (request.method !== "GET") return new Response("Method not allowed", { status: 405 });
    if (path === "") return page({ base, token, pages, facts: facts !== undefined });
    if (path === "/state") return new Response(JSON.stringify(snapshot()), { headers: JSON_TYPE });
    if (path === "/events") return events(request.signal, facts);
    if (path === "/covers") return covers(searchParams, facts);
    return new Response("Not found", { status: 404 });
  };
  return {
    fetch: (request) => answer(request, undefined),
    node(request, response, next) {
      const gone = new AbortController();
      response.once("close", () => gone.abort());
      answer(toRequest(request, gone.signal), request.socket.remoteAddress)
        .then((found) => {
          if (found !== undefined) return send(found, response);
          if (next !== undefined) return next();
          return send(new Response("Not found", { status: 404 }), response);
        })
        .catch((error: unknown) => {
          if (next !== undefined) return next(error);
          response.destroy(error instanceof Error ? error : undefined);
        });
    },
  };
}

/**
 * True for this machine, called `localhost` or by an address: a guard for development. Any other name may be that of a
 * site whose owner has it lead here, so that its pages may read what answers.
 */
export function isLocal(request: Request, from: string | undefined): boolean {
  const host = request.headers.get("host") ?? "localhost";
  return from !== undefined && LOOPBACK.test(from) && HARMLESS_HOST.test(host);
}

async function actAsAsked(action: Action, request: Request, token: string): Promise<Response> {
  if (request.headers.get("x-cachet-token") !== token) return new Response("Forbidden", { status: 403 });
  const target: unknown = await request.json().catch(() => undefined);
  if (!isTarget(target)) return new Response("Bad request", { status: 400 });
  return new Response(JSON.stringify(await act(action, target)), { headers: JSON_TYPE });
}

async function covers(query: URLSearchParams, facts: BuildFacts | undefined): Promise<Response> {
  const nodes = await facts?.covers(query.get("id") ?? "", query.get("hash") ?? "");
  if (nodes === undefined) return new Response("Not found", { status: 404 });
  return new Response(JSON.stringify(nodes), { headers: JSON_TYPE });
}

/** Server-sent events: a batch of `RemoteEvent` each, and a `CodeEdit` each under the name `edit` or `earlierEdit`. */
function events(gone: AbortSignal, facts: BuildFacts | undefined): Response {
  const encoder = new TextEncoder();
  let end: () => void;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(": open\n\n"));
      const send = (what: string) => controller.enqueue(encoder.encode(`${what}\n\n`));
      const endEvents = follow((batch) => send(`data: ${JSON.stringify(batch)}`));
      const endEdits = facts?.followEdits((edit, isEarlier) =>
        send(`event: ${isEarlier ? "earlierEdit" : "edit"}\ndata: ${JSON.stringify(edit)}`),
      );
      end = () => {
        endEvents();
        endEdits?.();
      };
      gone.addEventListener("abort", () => end());
    },
    cancel: () => end(),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
}

interface PageConfig {
  base: string;
  token: string;
  pages: boolean;
  facts: boolean;
}

function page(values: PageConfig): Response {
  const nonce = crypto.randomUUID();
  const config = JSON.stringify(values).replaceAll("<", "\\u003c");
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>cachet</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${PANEL.style}</style>
<main id="panel"></main>
<script id="config" type="application/json">${config}</script>
<script type="module" nonce="${nonce}">${PANEL.script.replaceAll("</script", "<\\/script")}</script>
`;
  const policy = `default-src 'none'; img-src data:; connect-src 'self'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'self'`;
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
  return new Response(html, { headers: { ...headers, "content-security-policy": policy } });
}

function toRequest(request: IncomingMessage, signal: AbortSignal): Request {
  const { method = "GET", headers, url = "/" } = request;
  // Connect and Express take the path that a handler is mounted at away from `url`.
  const path = (request as { originalUrl?: string }).originalUrl ?? url;
  const init: RequestInit & { duplex?: "half" } = { method, signal, headers: plainHeaders(headers) };
  if (method !== "GET" && method !== "HEAD") {
    init.body = toStream(request);
    init.duplex = "half";
  }
  return new Request(new URL(path, "http://localhost"), init);
}

function toStream(request: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = request[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

function plainHeaders(headers: IncomingMessage["headers"]): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined || (name.startsWith(":") && name !== ":authority")) return [];
    return [
      [name === ":authority" ? "host" : name, Array.isArray(value) ? value.join(", ") : value] as [string, string],
    ];
  });
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body !== null) {
    const reader = answer.body.getReader();
    response.once("close", () => void reader.cancel().catch(() => {}));
    for (let part = await reader.read(); !part.done; part = await reader.read()) response.write(part.value);
  }
  response.end();
}
