import type { Connection } from "../hub/connections/connection.ts";
import type { Hub } from "../hub/hub.ts";
import type { ClientMessage } from "../protocol/client-message.ts";
import { decodeFrame } from "../protocol/decode-frame.ts";
import { PONG_FRAME } from "../protocol/encode-frame.ts";
import { clientEvent } from "./client-event.ts";
import { signIn } from "./sign-in.ts";
import { subscribe } from "./subscribe.ts";
import { unsubscribe } from "../hub/unsubscribe.ts";

/** Characters of a message that weigh as much as the work that a short one makes. */
const HEAVY = 1024;

/**
 * Decodes one text frame of an established connection and calls the handler of its message. Nothing is awaited. False where the message
 * makes work for the other nodes and has to wait: then nothing has happened, and `connection.goOn` is called when it can be tried again.
 */
export function routeMessage(hub: Hub, connection: Connection, frame: string): boolean {
  const message = decodeFrame(frame);
  const weight = isShared(message) ? 1 + Math.floor(frame.length / HEAVY) : 0;
  if (weight > 0 && !hub.cluster.load.take(connection, weight)) return false;
  hub.monitor.received(connection, frame, message.type);
  handle(hub, connection, message);
  return true;
}

/** Whether the other nodes have a part in what a message asks for. */
function isShared({ type }: ClientMessage): boolean {
  return type === "subscribe" || type === "unsubscribe" || type === "signin" || type === "client-event";
}

function handle(hub: Hub, connection: Connection, message: ClientMessage): void {
  switch (message.type) {
    case "ping":
      return hub.delivery.toConnection(connection, PONG_FRAME);
    case "pong":
      // Like every frame it has updated `lastSeenAt` already.
      return hub.recovery?.acknowledgements.pong(connection);
    case "subscribe":
      return subscribe(hub, connection, message);
    case "unsubscribe":
      return unsubscribe(hub, connection, message.channel);
    case "signin":
      return signIn(hub, connection, message);
    case "client-event":
      return clientEvent(hub, connection, message);
    case "ignored": {
      const { id, application, address } = connection;
      const refusal = { detail: message.reason, application: application.id, connection: id, address };
      return hub.monitor.refused({ reason: "ignored_event", ...refusal });
    }
    case "invalid":
      return hub.delivery.refuse(connection, "invalid_message", message.reason);
  }
}
