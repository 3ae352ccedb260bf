import type { Connection } from "../hub/connections/connection.ts";
import type { Guest } from "../hub/connections/fair-line.ts";
import type { Hub } from "../hub/hub.ts";
import { EARLY_LIMITS, WaitingMessages } from "./waiting-messages.ts";

/**
 * A client whose connection is not established yet: it waits for its turn, or Redis is asked for the quota. Some clients do not wait for
 * the server's first frame before they send.
 */
export class EarlyClient {
  readonly #hub: Hub;
  readonly #connection: Connection;
  readonly #messages: WaitingMessages<string | Uint8Array>;
  /** Its place in the line, where it has waited for its turn. */
  guest: Guest | undefined = undefined;

  constructor(hub: Hub, connection: Connection) {
    this.#hub = hub;
    this.#connection = connection;
    this.#messages = new WaitingMessages(EARLY_LIMITS, hub.connections);
  }

  /** Keeps a message until the connection is established. A client that sends too many is closed. */
  keep(frame: string | Uint8Array): void {
    if (this.#connection.closing || this.#messages.keep(frame)) return;
    this.#messages.takeAll();
    const detail = "a client sends too much before its connection is established";
    this.#hub.delivery.refuse(this.#connection, "too_early", detail);
  }

  /** The connection is established, refused or closed: it waits no more. Returns what it has sent. */
  end(): readonly (string | Uint8Array)[] {
    if (this.guest !== undefined) this.#hub.welcome.leave(this.guest);
    return this.#messages.takeAll();
  }
}
