import type { Connection } from "../connections/connection.ts";

/** The signed-in users of one application on this node, each with the connections on which they signed in. */
export class UserRegistry {
  readonly #users = new Map<string, Set<Connection>>();

  isOnline(userId: string): boolean {
    return this.#users.has(userId);
  }

  /** Adds a connection of a user; true when the user was not there before. */
  add(userId: string, connection: Connection): boolean {
    const connections = this.#users.get(userId);
    if (connections !== undefined) {
      connections.add(connection);
      return false;
    }
    this.#users.set(userId, new Set([connection]));
    return true;
  }

  /** Takes a connection of a user away; true when it was the last. */
  remove(userId: string, connection: Connection): boolean {
    const connections = this.#users.get(userId);
    if (connections === undefined || !connections.delete(connection)) return false;
    return connections.size === 0 && this.#users.delete(userId);
  }
}
