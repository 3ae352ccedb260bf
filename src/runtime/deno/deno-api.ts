// The few parts of Deno that this folder uses, as Deno 2.9 has them. They are declared here because Deno's own types replace
// those of the web's globals and cannot stand beside Bun's.

/** The global object `Deno`. */
export interface DenoApi {
  readonly version: { readonly deno: string };
  /** Opens a system library. Throws when it is not there, or without the permission. */
  dlopen<T extends Readonly<Record<string, DenoFunction>>>(name: string, functions: T): {
    readonly symbols: { readonly [F in keyof T]: (...args: readonly unknown[]) => number | bigint };
  };
  /** Starts to serve. Throws a system error when the address cannot be had; it has a code (`EADDRINUSE`), unless a host name has no address. */
  serve(options: DenoPlace & Partial<DenoTls> & DenoServeOptions, handler: DenoHandler): DenoServer;
  /**
   * Answers a WebSocket handshake: the response MUST be returned from the handler, then the socket opens. Throws when a header
   * is missing; neither the version of the protocol nor the length of the key is looked at.
   */
  upgradeWebSocket(
    request: Request,
    options: {
      /** Seconds without a frame after which Deno itself pings and then closes; 0 turns that off. */
      readonly idleTimeout: number;
    },
  ): { readonly socket: DenoWebSocket; readonly response: Response };
}

/** A function of a library, as Deno has to know it to call it. */
export interface DenoFunction {
  readonly parameters: readonly string[];
  readonly result: string;
}

/** Where to serve: on TCP, port 0 takes any free one, or on a Unix socket. */
export type DenoPlace = { readonly hostname: string; readonly port: number } | { readonly path: string };

/** With what to speak TLS, on TCP only. PEM; there is no way to change either later. */
export interface DenoTls {
  readonly cert: string;
  readonly key: string;
}

/** How to serve. */
export interface DenoServeOptions {
  /** Once aborted, everything ends at once: calls are cut, WebSockets get 1005. */
  readonly signal: AbortSignal;
  /** Called in place of printing a line. */
  readonly onListen: () => void;
  /** Answers when the handler has thrown. */
  readonly onError: (fault: unknown) => Response;
}

/** Answers one request. */
export type DenoHandler = (
  request: Request,
  info: {
    readonly remoteAddr: { readonly transport: string; readonly hostname?: string };
    /** Resolves when the answer was sent whole, rejects when it could not be. */
    readonly completed: Promise<void>;
  },
) => Response | Promise<Response>;

/** A running server. Its `shutdown()` is of no use here: it closes every WebSocket at once, with 1001. */
export interface DenoServer {
  /** No port on a Unix socket. */
  readonly addr: { readonly port?: number };
  /** Resolves when the signal was aborted and everything has ended. */
  readonly finished: Promise<void>;
}

/** The server's side of a WebSocket: the web's interface. There are no events for ping and pong, and nothing that cuts it off. */
export interface DenoWebSocket {
  binaryType: "arraybuffer" | "blob";
  /** 1 is open, 2 closing (the client has not answered our close frame yet), 3 closed. */
  readonly readyState: number;
  /** Bytes that wait to be written; what was sent in the running turn of the event loop waits always. 0 unless open. */
  readonly bufferedAmount: number;
  send(frame: string): void;
  close(code?: number, reason?: string): void;
  /** The listener's `handleEvent` is called; what it throws ends the process. */
  addEventListener(
    type: DenoWebSocketEvent["type"],
    listener: { handleEvent(event: DenoWebSocketEvent): void },
  ): void;
}

/** An event of a WebSocket. An error is always followed by a close without a code. */
export type DenoWebSocketEvent =
  | { readonly type: "open" }
  | { readonly type: "message"; readonly data: string | ArrayBuffer }
  | { readonly type: "error"; readonly message: string }
  | { readonly type: "close"; readonly code: number };
