import type { Connection } from "../hub/connections/connection.ts";
import type { Hub } from "../hub/hub.ts";
import { decodeFrame } from "../protocol/decode-frame.ts";
import { PONG_FRAME } from "../protocol/encode-frame.ts";
import { clientEvent } from "./client-event.ts";
import { signIn } from "./sign-in.ts";
import { subscribe } from "./subscribe.ts";
import { unsubscribe } from "./unsubscribe.ts";

/** Decodes one text frame of an established connection and calls the handler of its message. Nothing is awaited. */
export function routeMessage(hub: Hub, connection: Connection, frame: string): void {
  const message = decodeFrame(frame);
  hub.monitor.received(connection, frame, message.type);
  switch (message.type) {
    case "ping":
      return hub.delivery.toConnection(connection, PONG_FRAME);
    case "pong":
      return; // Like every frame it has updated `lastSeenAt` already.
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
