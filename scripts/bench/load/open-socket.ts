import type { Socket } from "bun";
import type { Target } from "./target.ts";

/** Hears what happens on a raw connection. */
export interface StreamOwner {
  take(bytes: Buffer): void;
  ended(socket: Socket<StreamData>, reason: string): void;
}

/** What Bun keeps with each connection. */
export interface StreamData {
  readonly owner: StreamOwner;
  /** Called once, when the socket can be written to or has failed; `undefined` from then on. */
  opened: ((error?: Error) => void) | undefined;
}

/** Connects to a server, TLS included, and resolves when something can be sent. */
export async function openSocket({ port, secure }: Target, owner: StreamOwner): Promise<Socket<StreamData>> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const opened = (error?: Error): void => error === undefined ? resolve() : reject(error);
  const socket = await Bun.connect<StreamData>({
    hostname: "127.0.0.1",
    port,
    data: { owner, opened: secure ? opened : undefined },
    ...(secure ? { tls: { rejectUnauthorized: false } } : {}),
    socket: HANDLERS,
  });
  if (secure) await promise;
  return socket;
}

/** Sends all of it. Throws when the kernel does not take it at once: what is sent here is far smaller than its buffers. */
export function writeAll(socket: Socket<StreamData>, bytes: string | Buffer): void {
  const length = typeof bytes === "string" ? Buffer.byteLength(bytes) : bytes.length;
  if (socket.write(bytes) !== length) {
    throw new Error("a connection of the load client does not take what it should send");
  }
}

const HANDLERS = {
  handshake({ data }: Socket<StreamData>): void {
    data.opened?.();
    data.opened = undefined;
  },
  data: ({ data }: Socket<StreamData>, bytes: Buffer): void => data.owner.take(bytes),
  close(socket: Socket<StreamData>): void {
    const { opened, owner } = socket.data;
    if (opened === undefined) owner.ended(socket, "");
    else opened(new Error("the server has closed a connection at once"));
  },
  error: (socket: Socket<StreamData>, error: Error): void =>
    socket.data.owner.ended(socket, `: ${error.message}`),
};
