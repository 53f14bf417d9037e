import { type ChildProcess, spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";

/** None outlives the tests that started it. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A Redis server of one's own, on a free port of this machine, keeping nothing on disk. */
export class RedisServer {
  readonly port: number;
  private child: ChildProcess | undefined;
  private readonly options: readonly string[];

  private constructor(port: number, options: readonly string[]) {
    this.port = port;
    this.options = options;
  }

  /** `more` are options of redis-server. */
  static async start(more: readonly string[] = []): Promise<RedisServer> {
    const port = await freePort();
    const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", ...more];
    const server = new RedisServer(port, options);
    await server.restart();
    return server;
  }

  /** A server that watches others, by a file of settings which it writes to. */
  static async startSentinel(port: number, config: string): Promise<RedisServer> {
    const server = new RedisServer(port, [config, "--sentinel"]);
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Where the nodes of a cluster talk to each other. */
  get clusterPort(): string {
    return this.options[this.options.indexOf("--cluster-port") + 1] ?? "";
  }

  async restart(): Promise<void> {
    const child = spawn("redis-server", this.options, { stdio: "ignore" });
    this.child = child;
    running.add(child);
    child.once("exit", () => running.delete(child));
    for (let left = 200; left > 0; left--) {
      if (await answers(this.port)) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error("redis-server did not start");
  }

  /** Ends it at once, in the middle of whatever it does. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  /** Leaves it silent: connections stay, answers do not come. */
  pause(): void {
    this.child?.kill("SIGSTOP");
  }
  resume(): void {
    this.child?.kill("SIGCONT");
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.setTimeout(500, () => socket.destroy());
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", () => {
      resolve(true);
      socket.destroy();
    });
  });
}
