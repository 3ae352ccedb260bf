import type { TopicPublisher } from "../hub/broadcast/delivery.ts";
import type { CompressionMode, DatabaseConfig } from "../config/config.ts";
import type { Caller, UpgradableRequest } from "../hub/connections/socket.ts";
import type { Digests } from "../protocol/digests.ts";
import type { TlsSettings } from "../tls/tls-settings.ts";
import type { AcceptQueues } from "./accept-queues.ts";
import type { Libc } from "./libc.ts";
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
  /**
   * A path, as URLs have it, that a proxy may protect: the answer has to know of a request for it, or for a path below it, whether its
   * target was written so (`UpgradableRequest.isPathResolved`).
   */
  readonly guardedPath?: string | undefined;
  /** Whether other processes that set this too may listen on the port at the same time; without it a taken port is an error. */
  readonly reusePort: boolean;
  /**
   * Whether this server takes the place of one of another process that still listens there and shares the place (`Listener.sharing`).
   * Without it a taken port, and a Unix socket where a server answers, are errors.
   */
  readonly takesOver?: boolean | undefined;
  /** Largest WebSocket message in bytes; a larger one ends its connection with 1009. */
  readonly maxMessageBytes: number;
  /** How frames are compressed for clients that offer it; a runtime that cannot do so sends them as they are. */
  readonly compression: CompressionMode;
  /** Bytes that may wait for one slow reader before it is closed. */
  readonly maxBacklogBytes: number;
  /** Answers every request. MUST NOT throw. An upgrade MUST be complete when this returns; its answer is then dropped. */
  readonly answer: (request: Request, upgradable: UpgradableRequest) => Response | Promise<Response>;
  /** Answers a call beyond what one connection may send in one turn of the event loop. Only Bun can tell. */
  readonly answerFlood: (request: Request, caller: Caller) => Response;
  /** Takes what handlers throw against the rules. */
  readonly fault: (fault: unknown) => void;
}

/** What a runtime has to serve where there are neither WebSockets nor TLS. */
export type HttpServeOptions =
  & Pick<ServeOptions, "host" | "port" | "unixSocket" | "reusePort" | "takesOver" | "fault">
  & {
    /** Answers every request. MUST NOT throw. */
    readonly answer: (request: Request, caller: Caller) => Response | Promise<Response>;
  };

/** A running server of plain HTTP. */
export type HttpListener = Pick<Listener, "port" | "sharing" | "stopListening" | "close">;

/** The sockets of one port in several processes, in the order in which they have begun to listen. */
export interface SocketGroup {
  /** How many listened before. */
  readonly before: number;
  /** How many take their place. */
  readonly next: number;
}

/** How a listener's place goes over to a server of another process. Each call throws, with the reason, what the system refuses. */
export interface PlaceSharing {
  /** Whether the next server may listen there as well (`ServeOptions.takesOver`). */
  share(allowed: boolean): void;
  /** From now on each new connection goes to one of the group's next sockets, of which this listener's is one. */
  steer(group: SocketGroup): void;
  /**
   * From now on the system makes no new connection here: who asks for one asks again a second later, when the port is closed or another
   * server's. Those that it has made already are accepted. A Unix socket goes on as before.
   */
  holdBack(): void;
  /** Listens once more after `stopListening`, since the next server has died; beside it where `takesOver`. Throws a `ListenError`. */
  listenAgain(takesOver: boolean): void;
}

/** A running server. */
export interface Listener {
  /** The port it got; the one that was asked for on a Unix socket. */
  readonly port: number;
  /** Missing where the system or the runtime has no such thing: only Bun on Linux has it. */
  readonly sharing?: PlaceSharing | undefined;
  /** Accepts no new connections; those that are open go on. */
  stopListening(): void;
  /**
   * Shows other certificates to connections that come from now on; those that are open stay as they are. Throws, and goes on
   * with the old ones, when the runtime cannot use them. Only for a listener that speaks TLS.
   */
  renewTls(settings: TlsSettings): void;
  /** Ends every connection that is still open. */
  close(): Promise<void>;
}

/**
 * A JavaScript runtime, as far as the server needs to know it. `bun/` and `deno/` implement it, part by part in files of the same
 * names; the comments here say which part one of them does not have. Bun publishes to topics by itself; Deno has no topics and
 * uses `topic-table.ts`. Deno's API is declared in `deno/deno-api.ts`, because its own types cannot stand beside Bun's; and it
 * cannot end the connection under a WebSocket, which `deno/cut-off.ts` does.
 */
export interface Runtime extends TopicPublisher {
  /** Name and version, for people. */
  readonly name: string;
  /** Whether it can compress WebSocket messages (permessage-deflate): Bun does (`bun/compression.ts`), Deno cannot. */
  readonly compresses: boolean;
  /** Whether sockets have ping control frames, and hear of the answers: on Deno they do not. */
  readonly pings: boolean;
  /** The hashes that cost least here. Bun has its own (`bun/digests.ts`), Deno takes those of `node:crypto`. */
  readonly digests: Digests;
  /** What the runtime cannot do of these settings: a sentence each, naming the option; empty when it can do all of it. */
  tlsRefusals(settings: TlsSettings): readonly string[];
  /** Starts listening. Throws a {@link ListenError} when the address cannot be had. */
  serve(options: ServeOptions): Listener;
  /** Starts listening beside the server, for plain HTTP. Throws a {@link ListenError} when the address cannot be had. */
  serveHttp(options: HttpServeOptions): HttpListener;
  /** Gives back memory that is not needed any more, which takes some milliseconds. Missing where a program cannot ask for that. */
  freeMemory?(): void;
  /** Opens the system's C library. Rejects where there is none, or none that the runtime may use. */
  openLibc(): Promise<Libc>;
  /**
   * Takes a port that several processes are going to share, for as long as this one runs, and returns it; any free one for 0. Throws a
   * {@link ListenError} when another program has it. Missing on Deno, whose servers cannot share a port and stop one by one.
   */
  claimPort?(host: string, port: number): number;
  /**
   * The connections that wait to be accepted. Missing on Deno: where no file is left for a connection it ends the server, which
   * `deno/listener.ts` starts again.
   */
  acceptQueues?(): AcceptQueues;
  /** Prepares to read from a database; connects with the first question. Missing on Deno, which has no clients for databases. */
  openCacheDatabase?(config: DatabaseConfig): CacheDatabase;
  /**
   * Prepares to send statements to a database, which write unless `access` is `read`, over at most so many connections (one unless
   * given). Missing on Deno for the same reason.
   */
  openSqlDatabase?(config: DatabaseConfig, access?: "read" | "write", connections?: number): SqlDatabase;
}

/** Milliseconds that a statement waits for an SQLite file that another process is writing to: as long as in PHP (PDO). */
export const LOCK_PATIENCE = 60_000;

/** A database in which Laravel keeps its cache. */
export interface CacheDatabase {
  /** The entry with this key, `undefined` when there is none. Rejects when the database cannot be asked, or is closed meanwhile. */
  value(table: string, key: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A value in a statement. */
export type SqlValue = string | number | Uint8Array;

/** A database that statements are sent to. It connects with the first one, and again after one that failed. */
export interface SqlDatabase {
  /**
   * Runs a statement, with `?` (PostgreSQL: `$1`) for its values, and gives the rows of its answer. Rejects when the database cannot
   * be reached or refuses.
   */
  run(
    statement: string,
    values: readonly SqlValue[],
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}
