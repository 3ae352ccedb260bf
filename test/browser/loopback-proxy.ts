import { connect, createServer, type Socket } from "node:net";

/** A proxy for https and wss by which every host name is this machine: for a browser that knows no other way to names of a test. */
export class LoopbackProxy implements Disposable {
  readonly port: number;
  readonly #close: () => void;

  private constructor(port: number, close: () => void) {
    this.port = port;
    this.#close = close;
  }

  /** Listens on a free port. */
  static async open(): Promise<LoopbackProxy> {
    const sockets = new Set<Socket>(), server = createServer((client) => accept(client, sockets));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The proxy got no port");
    return new LoopbackProxy(address.port, () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
  }

  [Symbol.dispose](): void {
    this.#close();
  }
}

function accept(client: Socket, sockets: Set<Socket>): void {
  let head = "";
  const read = (bytes: Buffer): void => {
    head += bytes.toString("latin1");
    if (!head.includes("\r\n\r\n")) return;
    client.off("data", read);
    const port = Number(/^CONNECT [^ ]*:(\d+) /.exec(head)?.[1]);
    if (Number.isNaN(port)) return void client.end("HTTP/1.1 405 Method Not Allowed\r\n\r\n");
    const upstream = join(connect(port, "127.0.0.1"), sockets, client);
    upstream.once("connect", () => {
      client.write("HTTP/1.1 200 Connected\r\n\r\n");
      client.pipe(upstream).pipe(client);
    });
    client.on("close", () => upstream.destroy());
  };
  join(client, sockets).on("data", read);
}

/** Notes a socket as long as it is open; with it `other` ends. */
function join(socket: Socket, sockets: Set<Socket>, other?: Socket): Socket {
  sockets.add(socket);
  // "close" follows every error.
  socket.on("error", () => {});
  return socket.on("close", () => {
    sockets.delete(socket);
    other?.destroy();
  });
}
