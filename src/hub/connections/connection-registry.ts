import { clientNetwork } from "./client-network.ts";
import type { Connection } from "./connection.ts";

/** The established connections of one application on this node, by `socket_id`. */
export class ConnectionRegistry {
  readonly #connections = new Map<string, Connection>();
  /** Connections whose admission by the quota is not decided yet. */
  admitting = 0;
  /** Bytes of the messages that wait: of these, and of clients that are quicker than Redis. */
  waitingBytes = 0;

  /** How many come from each network; `undefined` until a limit asks for it. */
  #byNetwork: Map<string, number> | undefined;
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
    this.#changeNetwork(connection, 1);
  }

  remove(connection: Connection): void {
    if (this.#connections.delete(connection.id)) this.#changeNetwork(connection, -1);
    this.#released.delete(connection);
  }

  /** How many come from the network of an address, as `clientNetwork` gives it. */
  from(network: string): number {
    if (this.#byNetwork === undefined) {
      this.#byNetwork = new Map();
      for (const connection of this.#connections.values()) this.#changeNetwork(connection, 1);
    }
    return this.#byNetwork.get(network) ?? 0;
  }

  #changeNetwork({ address }: Connection, by: 1 | -1): void {
    if (this.#byNetwork === undefined) return;
    const network = clientNetwork(address), count = (this.#byNetwork.get(network) ?? 0) + by;
    if (count === 0) this.#byNetwork.delete(network);
    else this.#byNetwork.set(network, count);
  }

  find(socketId: string): Connection | undefined {
    return this.#connections.get(socketId);
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#connections.values();
  }
}
