import { PATIENCE } from "./patience.ts";
import { TEST_APPLICATION } from "./test-application.ts";

/** How a connection ended. */
export interface SocketClose {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** A frame read as the Pusher protocol has it. `raw` is its exact text; `data` is left as it stands in the frame. */
export interface PusherFrame {
  readonly event: string;
  readonly channel?: string;
  readonly data?: unknown;
  readonly raw: string;
}

/** Bun's TLS options of a client. */
export interface ClientTls {
  readonly rejectUnauthorized?: boolean;
  /** Whom to trust. */
  readonly ca?: string;
  /** The host name to ask for (SNI), and the one that the certificate must have. */
  readonly serverName?: string;
  /** The client's own certificate. */
  readonly cert?: string;
  readonly key?: string;
}

/** Where and how to connect. */
export interface ConnectOptions {
  /** The application key in the path; TEST_APPLICATION's unless given. */
  readonly key?: string;
  /** The whole path with its query, instead of the one that pusher-js makes of the key. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For servers with a certificate of their own. */
  readonly tls?: ClientTls;
  /** How long one wait for the connection or for a frame may take, in milliseconds. */
  readonly patience?: number;
}

interface Reader {
  readonly deliver: (frame: string) => void;
  readonly fail: (reason: string) => void;
}

/** A WebSocket client that hands out the server's frames one by one, exactly as they were sent. */
export class SocketClient implements AsyncDisposable {
  /** Every frame that has arrived, also those that were read already. Binary ones stand as `binary:` and their hex. */
  readonly received: string[] = [];
  /** Resolves when the connection has ended, from either side. */
  readonly closed: Promise<SocketClose>;
  /** How long one wait may take, in milliseconds. */
  patience: number;
  private readonly socket: WebSocket;
  private readonly unread: string[] = [];
  private readonly readers: Reader[] = [];
  private end: SocketClose | undefined;

  constructor(url: string, options: ConnectOptions = {}) {
    this.patience = options.patience ?? PATIENCE;
    this.socket = new WebSocket(url, {
      ...(options.headers === undefined ? {} : { headers: { ...options.headers } }),
      ...(options.tls === undefined ? {} : { tls: { ...options.tls } }),
    });
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = ({ data }: MessageEvent<unknown>) => this.accept(data);
    this.closed = new Promise((resolve) => {
      this.socket.onclose = ({ code, reason, wasClean }) => {
        this.end = { code, reason, wasClean };
        for (const reader of this.readers.splice(0)) reader.fail(this.describeEnd());
        resolve(this.end);
      };
    });
  }

  /** Whether frames can be sent and received. */
  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Resolves when the server has accepted the upgrade; rejects with the close code when it has not, or when no answer comes. */
  opened(): Promise<this> {
    if (this.socket.readyState === WebSocket.OPEN) return Promise.resolve(this);
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => {
        clearTimeout(timer);
        reject(new Error(`No WebSocket at ${this.socket.url}: ${reason}`));
      };
      const timer = setTimeout(() => fail(`no answer within ${this.patience} ms`), this.patience);
      this.socket.addEventListener("open", () => {
        clearTimeout(timer);
        resolve(this);
      }, { once: true });
      void this.closed.then(() => fail(this.describeEnd()));
    });
  }

  /** Sends a text frame: a string as it is, anything else as JSON. */
  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Sends a binary frame. */
  sendBinary(bytes: Uint8Array<ArrayBuffer>): void {
    this.socket.send(bytes);
  }

  /** The exact text of the next unread frame. Rejects, with what came before, when none comes in time or the connection ends. */
  next(): Promise<string> {
    const frame = this.unread.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    if (this.end !== undefined) return Promise.reject(this.noFrame(this.describeEnd()));
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => {
        clearTimeout(timer);
        reject(this.noFrame(reason));
      };
      const reader: Reader = {
        deliver: (text) => {
          clearTimeout(timer);
          resolve(text);
        },
        fail,
      };
      const timer = setTimeout(() => {
        this.readers.splice(this.readers.indexOf(reader), 1);
        fail(`nothing came within ${this.patience} ms`);
      }, this.patience);
      this.readers.push(reader);
    });
  }

  /** Reads on until a frame with this event name; the frames before it are passed over (and stay in `received`). */
  async nextEvent(name: string): Promise<PusherFrame> {
    for (;;) {
      const raw = await this.next();
      const frame: unknown = JSON.parse(raw);
      if (typeof frame !== "object" || frame === null || !("event" in frame) || frame.event !== name) {
        continue;
      }
      return { ...frame, event: name, raw };
    }
  }

  /** Reads `pusher:connection_established`, which MUST be the next frame, and returns its `socket_id`. */
  async established(): Promise<string> {
    const raw = await this.next();
    const id = /^\{"event":"pusher:connection_established","data":"\{\\"socket_id\\":\\"([\d.]+)\\",/.exec(
      raw,
    )?.[1];
    if (id === undefined) throw new Error(`Expected pusher:connection_established, got ${raw}`);
    return id;
  }

  /**
   * Throws when an unread frame is there, or when the server sends one before it answers a ping: what it had to say because of
   * earlier messages on this socket it would have said by then. No clock is involved.
   */
  async expectSilence(): Promise<void> {
    this.send({ event: "pusher:ping" });
    const frame = await this.next();
    if (!/^\{"event":"pusher:pong"[,}]/.test(frame)) throw new Error(`Expected silence, got ${frame}`);
  }

  /** Starts the closing handshake and resolves with how the connection ended. */
  close(code?: number, reason?: string): Promise<SocketClose> {
    this.socket.close(code, reason);
    return this.closed;
  }

  /** Drops the TCP connection without a closing handshake. */
  terminate(): void {
    this.socket.terminate();
  }

  /** Closes the connection, so that `await using` can hold a client. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private accept(data: unknown): void {
    const frame = typeof data === "string"
      ? data
      : `binary:${data instanceof ArrayBuffer ? Buffer.from(data).toString("hex") : String(data)}`;
    this.received.push(frame);
    const reader = this.readers.shift();
    if (reader === undefined) this.unread.push(frame);
    else reader.deliver(frame);
  }

  private noFrame(reason: string): Error {
    const before = this.received.length === 0 ? "nothing" : this.received.join("\n");
    return new Error(`No frame: ${reason}. Received so far: ${before}`);
  }

  private describeEnd(): string {
    return `closed with ${this.end?.code} "${this.end?.reason}"`;
  }
}

/** Connects as pusher-js does and resolves when the WebSocket is open, before any frame is read. */
export function connect(
  server: { readonly url: string },
  options: ConnectOptions = {},
): Promise<SocketClient> {
  const path = options.path ?? socketPath(options.key ?? TEST_APPLICATION.key);
  return new SocketClient(server.url.replace(/^http/, "ws") + path, options).opened();
}

/** The path that pusher-js 8.6 asks for. */
export function socketPath(key: string): string {
  return `/app/${key}?protocol=7&client=js&version=8.6.0&flash=false`;
}
