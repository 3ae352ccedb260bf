import type { TopicPublisher } from "../hub/broadcast/topic-publisher.ts";
import type { CompressionMode, DatabaseConfig } from "../config/config.ts";
import type { UpgradableRequest } from "../hub/connections/socket.ts";
import type { Digests } from "../protocol/digests.ts";
import type { TlsSettings } from "../tls/tls-settings.ts";
import type { Libc } from "./libc.ts";
import type { SqlDatabase } from "./sql-database.ts";
import type { UnixSocket } from "./unix-socket.ts";

/** What a runtime has to serve. */
export interface ServeOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Listens there in place of host and port, which then mean nothing; callers have the address `unix`. */
  readonly unixSocket?: UnixSocket | undefined;
  /** Speaks TLS, and nothing else, on the port; plain when left out. */
  readonly tls?: TlsSettings | undefined;
  /** Whether others that say so too may listen on the port at the same time; without it a taken port is an error. */
  readonly reusePort: boolean;
  /** Largest WebSocket message in bytes; a larger one ends its connection with 1009. */
  readonly maxMessageBytes: number;
  /** How frames are compressed for clients that offer it; a runtime that cannot do so sends them as they are. */
  readonly compression: CompressionMode;
  /** Bytes that may wait for one slow reader before it is closed. */
  readonly maxBacklogBytes: number;
  /** Answers every request; after a completed upgrade, which MUST be done when it returns, its answer is dropped. MUST NOT throw. */
  readonly answer: (request: Request, upgradable: UpgradableRequest) => Response | Promise<Response>;
  /** Told of what handlers throw against the rules. */
  readonly fault: (fault: unknown) => void;
}

/** What a runtime has to serve where there are neither WebSockets nor TLS. */
export type HttpServeOptions =
  & Pick<ServeOptions, "host" | "port" | "unixSocket" | "fault">
  & {
    /** Answers every request. MUST NOT throw. */
    readonly answer: (request: Request) => Response | Promise<Response>;
  };

/** A running server of plain HTTP. */
export type HttpListener = Pick<Listener, "port" | "close">;

/** A running server. */
export interface Listener {
  /** The port it got; the one that was asked for on a Unix socket. */
  readonly port: number;
  /** Accepts no new connections; those that are open go on. */
  stopListening(): void;
  /**
   * Shows other certificates to connections that come from now on; those that are open stay as they are. Throws, and goes on
   * with the old ones, when the runtime cannot use them. Only for a listener that speaks TLS.
   */
  renewTls(settings: TlsSettings): void;
  /** Ends whatever is still open. */
  close(): Promise<void>;
}

/** A JavaScript runtime, as far as the server needs to know it: one file each in this folder. */
export interface Runtime extends TopicPublisher {
  /** Name and version, for people. */
  readonly name: string;
  /** Whether it can compress WebSocket messages (permessage-deflate). */
  readonly compresses: boolean;
  /** The hashes that cost least here. */
  readonly digests: Digests;
  /** What the runtime cannot do of these settings: a sentence each, naming the option; empty when it can do all of it. */
  tlsRefusals(settings: TlsSettings): readonly string[];
  /** Starts listening. Throws a {@link ListenError} when the address cannot be had. */
  serve(options: ServeOptions): Listener;
  /** Starts listening beside the server, for plain HTTP. Throws a {@link ListenError} when the address cannot be had. */
  serveHttp(options: HttpServeOptions): HttpListener;
  /** Opens the system's C library. Rejects where there is none, or none that the runtime may use. */
  openLibc(): Promise<Libc>;
  /** Prepares to read from a database; connects with the first question. Missing where the runtime has no such clients. */
  openCacheDatabase?(config: DatabaseConfig): CacheDatabase;
  /** Prepares to write to a database, as {@link openCacheDatabase} does to read. */
  openSqlDatabase?(config: DatabaseConfig): SqlDatabase;
}

/** A database in which Laravel keeps its cache. */
export interface CacheDatabase {
  /** The entry with this key, `undefined` when there is none. Rejects when the database cannot be asked. */
  value(table: string, key: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** The address to listen on cannot be had. */
export class ListenError extends Error {
  override readonly name = "ListenError";
  /** The system's code: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`. */
  readonly code: string;
  /** What should have listened there. */
  readonly listener: "server" | "metrics";

  constructor(code: string, message: string, listener: "server" | "metrics" = "server") {
    super(message);
    this.code = code;
    this.listener = listener;
  }
}
