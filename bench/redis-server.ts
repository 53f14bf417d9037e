import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { type AddressInfo, connect, createServer } from "node:net";

/** A server of the bench's own, on a free port, keeping nothing on disk; `undefined` where none is installed. */
export async function startRedis(): Promise<{ port: number; stop(): void } | undefined> {
  if (spawnSync("redis-server", ["--version"]).status !== 0) return undefined;
  const port = await freePort();
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child: ChildProcess = spawn("redis-server", options, { stdio: "ignore" });
  const stop = () => void child.kill("SIGKILL");
  process.once("exit", stop);
  for (let left = 200; left > 0; left--) {
    if (await answers(port)) return { port, stop };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  stop();
  throw new Error("redis-server did not start");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
