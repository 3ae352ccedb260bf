/** A socket whose unsent bytes can be asked for. */
export interface BackloggedSocket {
  /** Bytes that wait for the client to read. */
  readonly backlog: number;
  /** Whether at the last look more than half of the limit waited: if the socket closes now, its client reads too slowly. */
  behind: boolean;
  /** Ends the connection at once, without a close frame. */
  terminate(): void;
}

/** Milliseconds between two looks, for each socket: keeps the looks below about one percent of the time. */
const INTERVAL_PER_SOCKET = 0.0015;

/**
 * Distinguishes slow readers from lost connections. Bun closes a slow reader by itself, reports it like a lost connection, and its
 * backlog is gone by then. So the watch looks at all sockets before that: each time when a quarter of the limit has been
 * published. A look costs about 15 ns a socket; while nothing is published nothing happens.
 *
 * Over TLS, Bun waits some 11 s for a last answer of a slow reader before it closes it, and the backlog stays as long. So the watch
 * looks at those that are behind once more in the next turn of the event loop, and ends those that are over the limit.
 */
export class BacklogWatch {
  readonly #sockets = new Set<BackloggedSocket>();
  readonly #limit: number;
  readonly #now: () => number;
  readonly #nextTurn: (then: () => void) => void;
  /** Those that were behind at the last look. */
  readonly #behind = new Set<BackloggedSocket>();
  #isScheduled = false;
  #publishedSince = 0;
  #lookedAt = -Infinity;

  /**
   * `limit` is how many bytes may wait for one socket; `now` gives milliseconds that only grow; `nextTurn` calls back in the next turn
   * of the event loop.
   */
  constructor(limit: number, now: () => number, nextTurn: (then: () => void) => void) {
    this.#limit = limit;
    this.#now = now;
    this.#nextTurn = nextTurn;
  }

  add(socket: BackloggedSocket): void {
    this.#sockets.add(socket);
  }

  remove(socket: BackloggedSocket): void {
    this.#sockets.delete(socket);
    this.#behind.delete(socket);
  }

  /** A frame of about as many bytes is about to go to any number of sockets. */
  published(bytes: number): void {
    this.#publishedSince += bytes;
    if (this.#behind.size > 0) this.#schedule();
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
    if (!socket.behind) this.#behind.delete(socket);
    else if (this.#sockets.has(socket)) {
      this.#behind.add(socket);
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#nextTurn(() => {
      this.#isScheduled = false;
      for (const socket of this.#behind) {
        if (socket.backlog > this.#limit) socket.terminate();
      }
    });
  }
}
