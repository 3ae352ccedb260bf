import type { Connection, MessagesThatWait } from "../hub/connections/connection.ts";
import type { Hub } from "../hub/hub.ts";
import { routeMessage } from "./message-router.ts";
import { HELD_LIMITS, WaitingMessages } from "./waiting-messages.ts";

/** Handles a message of an established connection, or keeps it where the client is quicker than the other nodes. */
export function receiveMessage(hub: Hub, connection: Connection, text: string): void {
  if (connection.held !== undefined) return connection.held.add(text);
  if (isHandled(hub, connection, text)) return;
  connection.held = new HeldMessages(hub, connection);
  connection.held.add(text);
}

/** False where the message has to wait for the other nodes. */
function isHandled(hub: Hub, connection: Connection, text: string): boolean {
  try {
    return routeMessage(hub, connection, text);
  } catch (fault) {
    // A defect of the server: the client gets Reverb's error for it, the other clients notice nothing, and the log has the trace.
    hub.monitor.fault(fault);
    hub.delivery.refuse(connection, "invalid_message", "handling the message failed");
    return true;
  }
}

/**
 * The messages of a connection that has more unanswered at the other nodes than it may. When many wait, nothing is read from it until the
 * nodes have caught up. What the runtime has read before comes all the same; where it cannot stop reading, a client that goes on sending
 * is closed.
 */
class HeldMessages implements MessagesThatWait {
  readonly #hub: Hub;
  readonly #connection: Connection;
  readonly #messages: WaitingMessages<string>;
  isPaused = false;

  constructor(hub: Hub, connection: Connection) {
    this.#hub = hub;
    this.#connection = connection;
    this.#messages = new WaitingMessages(HELD_LIMITS, hub.connections);
  }

  add(text: string): void {
    if (this.#messages.keep(text)) {
      if (this.isPaused || !this.#messages.isFull) return;
      this.isPaused = true;
      this.#connection.socket.pause();
      return;
    }
    this.#messages.takeAll();
    this.#hub.delivery.refuse(
      this.#connection,
      "redis_behind",
      "a client sends more than Redis keeps up with",
    );
  }

  goOn(): void {
    const connection = this.#connection, messages = this.#messages;
    for (let text = messages.first; text !== undefined; text = messages.first) {
      if (!connection.closing && !isHandled(this.#hub, connection, text)) return;
      messages.takeFirst();
    }
    connection.held = undefined;
    if (this.isPaused && !connection.isBacklogged) connection.socket.resume();
  }

  drop(): void {
    this.#messages.takeAll();
  }
}
