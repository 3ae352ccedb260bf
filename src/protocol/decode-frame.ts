import type { ClientMessage } from "./client-message.ts";
import { jsonMember } from "./json-member.ts";
import { isJsonObject, type JsonObject, parseObject } from "./json-object.ts";

/** What the names of the protocol's own events begin with. A client can send five of them, below. */
const PROTOCOL_PREFIX = "pusher:";

/** What the names of events from one client to the others begin with. */
const CLIENT_EVENT_PREFIX = "client-";

/**
 * Decodes one text frame of a client. Never throws: a frame that does not follow the protocol becomes `invalid` with the reason
 * for the log (the client gets only Reverb's "Invalid message format").
 */
export function decodeFrame(frame: string): ClientMessage {
  const message = parseObject(frame);
  if (message === undefined) return invalid("the frame is not a JSON object");
  const event = message["event"];
  if (typeof event !== "string") return invalid("`event` must be a string");
  if (event.startsWith(PROTOCOL_PREFIX)) return decodeProtocolEvent(event, message["data"]);
  return decodeClientEvent(frame, event, message);
}

function decodeProtocolEvent(event: string, rawData: unknown): ClientMessage {
  switch (event) {
    case "pusher:ping":
      return PING;
    case "pusher:pong":
      return PONG;
    case "pusher:subscribe": {
      const data = dataObject(rawData);
      const channel = data?.["channel"],
        auth = data?.["auth"] ?? "",
        channelData = data?.["channel_data"] ?? undefined;
      if (typeof channel !== "string") return invalid("`data.channel` must be a string");
      if (typeof auth !== "string") return invalid("`data.auth` must be a string");
      if (channelData !== undefined && typeof channelData !== "string") {
        return invalid("`data.channel_data` must be a string");
      }
      return { type: "subscribe", channel, auth, channelData };
    }
    case "pusher:unsubscribe": {
      const channel = dataObject(rawData)?.["channel"];
      if (typeof channel !== "string") return invalid("`data.channel` must be a string");
      return { type: "unsubscribe", channel };
    }
    case "pusher:signin": {
      const data = dataObject(rawData);
      const auth = data?.["auth"], userData = data?.["user_data"];
      if (typeof auth !== "string") return invalid("`data.auth` must be a string");
      if (typeof userData !== "string") return invalid("`data.user_data` must be a string");
      return { type: "signin", auth, userData };
    }
    default:
      return invalid("unknown pusher: event");
  }
}

function decodeClientEvent(frame: string, event: string, message: JsonObject): ClientMessage {
  const channel = message["channel"];
  if (typeof channel !== "string" || channel === "") return invalid("`channel` must be a string");
  if (!event.startsWith(CLIENT_EVENT_PREFIX)) {
    return { type: "ignored", reason: `an event of a client must begin with ${CLIENT_EVENT_PREFIX}` };
  }
  // Reverb forwards a string that holds JSON as the object in it. Clients that read the string (Java 2.2, Rust) fail on that.
  return { type: "client-event", event, channel, data: jsonMember(frame, "data") ?? "null" };
}

/** The `data` of a protocol event: an object, or a string that holds one (Reverb accepts both). */
function dataObject(value: unknown): JsonObject | undefined {
  if (typeof value === "string") return parseObject(value);
  return isJsonObject(value) ? value : undefined;
}

function invalid(reason: string): ClientMessage {
  return { type: "invalid", reason };
}

const PING: ClientMessage = { type: "ping" };
const PONG: ClientMessage = { type: "pong" };
