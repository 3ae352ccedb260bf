import type { Connection } from "./connection.ts";

/** The established connections of one application on this node, by `socket_id`. */
export class ConnectionRegistry {
  readonly #connections = new Map<string, Connection>();
  /** Connections whose admission by the quota is not decided yet. */
  admitting = 0;
  /** Bytes of the messages that wait: of these, and of clients that are quicker than Redis. */
  waitingBytes = 0;

  /** Those that are about to be closed, and may be counted by another process already. */
  readonly #released = new Set<Connection>();

  get size(): number {
    return this.#connections.size;
  }

  /** How many count against the limit of the application. */
  get counted(): number {
    return this.#connections.size - this.#released.size;
  }

  /** The connection does not count any more, since its client is about to come back elsewhere. */
  release(connection: Connection): void {
    if (this.#connections.get(connection.id) === connection) this.#released.add(connection);
  }

  add(connection: Connection): void {
    this.#connections.set(connection.id, connection);
  }

  remove(connection: Connection): void {
    this.#connections.delete(connection.id);
    this.#released.delete(connection);
  }

  find(socketId: string): Connection | undefined {
    return this.#connections.get(socketId);
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#connections.values();
  }
}
