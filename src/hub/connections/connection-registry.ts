import type { Connection } from "./connection.ts";

/** The established connections of one application on this node, by `socket_id`. */
export class ConnectionRegistry {
  readonly #connections = new Map<string, Connection>();
  /** Connections whose admission by the quota is not decided yet. */
  admitting = 0;
  /** Bytes of the messages that wait: of these, and of clients that are quicker than Redis. */
  waitingBytes = 0;

  get size(): number {
    return this.#connections.size;
  }

  add(connection: Connection): void {
    this.#connections.set(connection.id, connection);
  }

  remove(connection: Connection): void {
    this.#connections.delete(connection.id);
  }

  find(socketId: string): Connection | undefined {
    return this.#connections.get(socketId);
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#connections.values();
  }
}
