/** A socket whose unsent bytes can be asked for. */
export interface BackloggedSocket {
  /** Bytes that wait for the client to read. */
  readonly backlog: number;
  /** Whether at the last look more than half of the limit waited: if the socket closes now, its client reads too slowly. */
  behind: boolean;
}

/** Milliseconds between two looks, for each socket: keeps the looks below about one percent of the time. */
const INTERVAL_PER_SOCKET = 0.0015;

/**
 * Distinguishes slow readers from lost connections. Bun closes a slow reader by itself, reports it like a lost connection, and its
 * backlog is gone by then. So the watch looks at all sockets before that: each time when a quarter of the limit has been
 * published. A look costs about 15 ns a socket; while nothing is published nothing happens.
 */
export class BacklogWatch {
  readonly #sockets = new Set<BackloggedSocket>();
  readonly #limit: number;
  readonly #now: () => number;
  #publishedSince = 0;
  #lookedAt = -Infinity;

  /** `limit` is how many bytes may wait for one socket; `now` gives milliseconds that only grow. */
  constructor(limit: number, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  add(socket: BackloggedSocket): void {
    this.#sockets.add(socket);
  }

  remove(socket: BackloggedSocket): void {
    this.#sockets.delete(socket);
  }

  /** A frame of about as many bytes is about to go to any number of sockets. */
  published(bytes: number): void {
    this.#publishedSince += bytes;
    if (this.#publishedSince < this.#limit / 4) return;
    const now = this.#now();
    if (now - this.#lookedAt < this.#sockets.size * INTERVAL_PER_SOCKET) return;
    this.#lookedAt = now;
    this.#publishedSince = 0;
    for (const socket of this.#sockets) this.look(socket);
  }

  /** Looks at one socket: after a send that had to wait, or when it has been drained. */
  look(socket: BackloggedSocket): void {
    socket.behind = socket.backlog > this.#limit / 2;
  }
}
