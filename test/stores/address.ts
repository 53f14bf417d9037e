import { createServer, type Server, type Socket, connect as tcp } from "node:net";

/** One address for whichever server is behind it at the moment of connecting. */
export class Address {
  readonly port: number;
  private readonly server: Server;
  private readonly sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>) {
    this.server = server;
    this.sockets = sockets;
    this.port = (server.address() as { port: number }).port;
  }

  static async start(target: () => number): Promise<Address> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      const behind = tcp(target(), "127.0.0.1");
      for (const each of [socket, behind]) {
        sockets.add(each);
        each.on("error", () => {});
        each.on("close", () => {
          sockets.delete(each);
          socket.destroy();
          behind.destroy();
        });
      }
      socket.pipe(behind).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Address(server, sockets);
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.server.close();
    this.cut();
  }
}
