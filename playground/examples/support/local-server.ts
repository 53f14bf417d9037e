import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that runs and how to end it. */
export interface LocalServer {
  /** An address without a slash at its end. */
  url: string;
  close(): Promise<void>;
}

/** Serves on a free port of this machine: a stand-in for somebody's service. */
export async function serveLocally(answer: RequestListener): Promise<LocalServer> {
  const { createServer } = await import("node:http");
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}
