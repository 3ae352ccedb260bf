import type { ClientMessage } from "./client-message.ts";
import { CLIENT_EVENT_PREFIX, ClientEventName, PROTOCOL_PREFIX } from "./event-name.ts";
import { jsonMember } from "./json-member.ts";
import { isJsonObject, type JsonObject, parseJson, parseObject } from "./json-object.ts";

/**
 * Reads one text frame of a client. Never throws: what is not a message of the protocol comes back as `invalid` with the
 * reason for the log (the client is told only Reverb's "Invalid message format").
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
    case ClientEventName.ping:
      return PING;
    case ClientEventName.pong:
      return PONG;
    case ClientEventName.subscribe: {
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
    case ClientEventName.unsubscribe: {
      const channel = dataObject(rawData)?.["channel"];
      if (typeof channel !== "string") return invalid("`data.channel` must be a string");
      return { type: "unsubscribe", channel };
    }
    case ClientEventName.signIn: {
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
  return { type: "client-event", event, channel, data: clientEventData(frame, message["data"]) };
}

/** How an object or a list begins. The parser's error would say so too, at four times the price of all else that is read here. */
const OBJECT_OR_LIST = /^[ \t\n\r]*[{[]/;

/** A string that holds an object or a list is forwarded as that (as Reverb does), every other value as it was sent. */
function clientEventData(frame: string, value: unknown): string {
  if (typeof value === "string" && OBJECT_OR_LIST.test(value)) {
    const inner = parseJson(value);
    if (typeof inner === "object" && inner !== null) return value.trim();
  }
  return jsonMember(frame, "data") ?? "null";
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
