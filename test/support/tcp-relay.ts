import { connect, createServer, type Socket } from "node:net";

/** A load balancer of the simplest kind: one port, and a server that it forwards new connections to. */
export interface TcpRelay extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Where new connections go from now on; the open ones stay where they are. */
  forwardTo(port: number): void;
}

/** Listens on a free port and forwards connections to a port of this machine. What the server sends arrives `lag` milliseconds later. */
export async function startRelay(firstPort: number, lag = 0): Promise<TcpRelay> {
  const host = "127.0.0.1";
  const sockets = new Set<Socket>();
  let target = firstPort;
  const server = createServer((client) => {
    const upstream = connect(target, host);
    for (const [from, to] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(from);
      if (lag > 0 && from === upstream) from.on("data", (bytes) => setTimeout(() => to.write(bytes), lag));
      else from.pipe(to);
      // A broken half takes the other one with it; "close" follows every error.
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The relay got no port");
  return {
    host,
    port: address.port,
    forwardTo(port) {
      target = port;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
