import { orListenError } from "../listen-error.ts";
import type { PlaceSharing, ServeOptions, SocketGroup } from "../runtime.ts";
import { listenInPlace, type PlacedSocket } from "../unix-socket.ts";
import { type ListeningAddress, SharedSocket } from "./port-sharing.ts";

/** Where `Bun.serve` listens. */
export type BunAddress =
  | { readonly hostname: string; readonly port: number; readonly reusePort: boolean }
  | { readonly unix: string };

/** A server of Bun's, as far as a place needs it. */
interface BunServerLike {
  readonly port?: number | undefined;
  stop(closeConnections?: boolean): Promise<void>;
}

/** What a place is made of. */
export type PlaceOptions = Pick<ServeOptions, "host" | "port" | "unixSocket" | "reusePort" | "takesOver">;

/** Milliseconds for which a server that was replaced accepts what waits in its queue; closing the socket would reset that. */
const LAST_ACCEPTS = 1000;

const isLinux = process.platform === "linux";
/** Windows has no port that two sockets may listen on in turn. */
const REUSES_PORT = process.platform !== "win32";

/**
 * An address or a Unix socket on which servers of this process listen, as a rule one at a time. Another server takes its place without
 * a closed port between them: one of this process with renewed certificates (`replace`), or one of another process (`PlaceSharing`).
 */
export class BunPlace<S extends BunServerLike> implements PlaceSharing {
  readonly port: number;
  readonly #options: PlaceOptions;
  #serve: (at: BunAddress) => S;
  /** The server that accepts. */
  #current: S;
  #placed: PlacedSocket | undefined;
  /** Ends the accepting of the server that was replaced last. */
  #finish: (() => void) | undefined;

  /** Listens. Throws a `ListenError` when the address cannot be had. */
  constructor(options: PlaceOptions, serve: (at: BunAddress) => S) {
    this.#options = options;
    this.#serve = serve;
    this.#current = this.#listen(options.port, options.takesOver === true);
    this.port = this.#current.port ?? options.port;
  }

  get current(): S {
    return this.#current;
  }

  /** How the place goes over to another process; `undefined` where the system cannot do that. */
  get sharing(): PlaceSharing | undefined {
    return isLinux ? this : undefined;
  }

  share(allowed: boolean): void {
    if (this.#options.unixSocket !== undefined || this.#options.reusePort) return;
    this.#finish?.();
    this.#socket().share(allowed);
  }

  steer(group: SocketGroup): void {
    if (this.#options.unixSocket === undefined) this.#socket().steer(group);
  }

  holdBack(): void {
    if (this.#options.unixSocket === undefined) this.#socket().holdBack();
  }

  listenAgain(takesOver: boolean): void {
    this.#current = this.#listen(this.port, takesOver);
  }

  /** Another server of this process listens in place of the current one, which keeps its connections. Throws as the constructor does, and nothing has changed then. */
  replace(serve: (at: BunAddress) => S): void {
    this.#finish?.();
    const before = this.#current, { reusePort, unixSocket } = this.#options;
    const shared = reusePort || unixSocket !== undefined ? undefined : this.#sharedOrNone();
    this.#serve = serve;
    // Where ports cannot be shared, the port is free for less than a millisecond.
    if (!reusePort && unixSocket === undefined && shared === undefined) void before.stop(false);
    this.#current = this.#listen(this.port, unixSocket !== undefined || shared !== undefined);
    if (shared === undefined && unixSocket === undefined) return void before.stop(false);
    if (shared !== undefined) steerTo(this.#current, shared);
    const timer = setTimeout(() => this.#finish?.(), LAST_ACCEPTS);
    this.#finish = () => {
      clearTimeout(timer);
      this.#finish = undefined;
      void before.stop(false);
      if (shared !== undefined) this.#unshare(shared);
    };
  }

  stopListening(): void {
    this.#finish?.();
    void this.#current.stop(false);
    this.#placed?.remove();
  }

  /** The socket of the current server, which any process of this user may now share; `undefined` where that cannot be. */
  #sharedOrNone(): SharedSocket | undefined {
    if (!isLinux) return undefined;
    try {
      const socket = this.#socket();
      socket.share(true);
      return socket;
    } catch {
      // The system does not allow it: the port is closed for a moment.
      return undefined;
    }
  }

  #unshare(before: SharedSocket): void {
    try {
      this.#socket(before).share(false);
    } catch {
      // The place was closed meanwhile.
    }
  }

  #socket(...others: readonly SharedSocket[]): SharedSocket {
    return new SharedSocket(addressOf(this.#current), ...others);
  }

  #listen(port: number, takesOver: boolean): S {
    const { host: hostname, unixSocket, reusePort } = this.#options, serve = this.#serve;
    if (unixSocket === undefined) {
      return orListenError(() =>
        serve({ hostname, port, reusePort: (reusePort || takesOver) && REUSES_PORT })
      );
    }
    const { server, placed } = listenInPlace(unixSocket, {
      takesOver,
      listen: (unix) => orListenError(() => serve({ unix })),
      stop: (server) => void server.stop(true),
    });
    this.#placed = placed;
    return server;
  }
}

/** New connections go to a server that has just begun to listen beside another one of this process. Where the system refuses that, either may get them. */
function steerTo(server: BunServerLike, before: SharedSocket): void {
  try {
    new SharedSocket(addressOf(server), before).steer({ before: 1, next: 1 });
  } catch {
    // What waits in the queue of the server before is reset when that closes.
  }
}

/** Where a server listens. The declarations of Bun's API have no such property. */
function addressOf(server: BunServerLike): ListeningAddress {
  return (server as { readonly address?: ListeningAddress }).address ?? { address: "", port: 0 };
}
