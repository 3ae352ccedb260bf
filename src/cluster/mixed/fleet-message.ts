import { isJsonObject, type JsonObject, parseObject } from "../../protocol/json-object.ts";
import { jsonMember } from "../../protocol/json-member.ts";
import { clientEventFrame, eventFrame } from "../../protocol/encode-frame.ts";
import { readApplicationId } from "./php-application.ts";
import { type MetricsQuestion, readQuestion } from "./metrics-question.ts";

/** The member by which Resound's messages are known: PHP nodes do not look at it, and other nodes of ours have the event already. */
export const OWN_MARK = "resound";

/** A message on Reverb's channel in Redis. */
export type FleetMessage =
  | {
    readonly type: "event";
    readonly applicationId: string;
    /** A frame for each channel. */
    readonly frames: readonly { readonly channel: string; readonly frame: string }[];
    readonly exceptSocketId: string | undefined;
  }
  | { readonly type: "terminate"; readonly applicationId: string; readonly userId: string }
  | ({ readonly type: "question" } & MetricsQuestion)
  /** Of a node of ours, or an answer to another node. */
  | { readonly type: "other" };

const OTHER: FleetMessage = { type: "other" };

/** Reads a message as Reverb 1.x writes them. Throws an `UnreadablePhp` for one that cannot be read; `undefined` is no message at all. */
export function readFleetMessage(text: string): FleetMessage | undefined {
  const message = parseObject(text);
  if (message === undefined) return undefined;
  if (OWN_MARK in message) return OTHER;
  switch (message["type"]) {
    case "message":
      return eventOf(message, text);
    case "terminate": {
      const userId = isJsonObject(message["payload"]) ? message["payload"]["user_id"] : undefined;
      if (typeof userId !== "string" && typeof userId !== "number") return undefined;
      return {
        type: "terminate",
        applicationId: readApplicationId(message["application"]),
        userId: String(userId),
      };
    }
    case "metrics":
      return { type: "question", ...readQuestion(message) };
    default:
      return typeof message["type"] === "string" ? OTHER : undefined;
  }
}

function eventOf(message: JsonObject, text: string): FleetMessage | undefined {
  const { payload, socket_id: socketId } = message;
  if (!isJsonObject(payload)) return undefined;
  const { event } = payload, channels = channelsOf(payload);
  if (typeof event !== "string" || channels === undefined) return undefined;
  // The texts as they were sent: parsing and encoding again would change numbers.
  const source = jsonMember(text, "payload") ?? "{}";
  const data = jsonMember(source, "data") ?? "null", userId = jsonMember(source, "user_id");
  const frameFor = (channel: string): string =>
    event.startsWith("client-")
      ? clientEventFrame(event, channel, data, userId)
      : eventFrame(event, data, channel);
  return {
    type: "event",
    applicationId: readApplicationId(message["application"]),
    frames: channels.map((channel) => ({ channel, frame: frameFor(channel) })),
    exceptSocketId: typeof socketId === "string" ? socketId : undefined,
  };
}

/** The channels of an event: an API call names a list, a client event one. */
function channelsOf({ channels, channel }: JsonObject): readonly string[] | undefined {
  const named: unknown = channels ?? channel;
  const list = Array.isArray(named) ? named as readonly unknown[] : [named];
  return list.every((each) => typeof each === "string") ? list : undefined;
}

/** The message by which PHP nodes deliver a frame. `application` is serialized; `node` names this process. */
export function eventMessageFor(
  application: string,
  frame: string,
  exceptSocketId: string | undefined,
  node: string,
): string {
  const except = exceptSocketId === undefined ? "" : `,"socket_id":${JSON.stringify(exceptSocketId)}`;
  return `{"type":"message","application":${JSON.stringify(application)},"payload":${frame}${except}` +
    `,"${OWN_MARK}":${JSON.stringify(node)}}`;
}

/** The answer to a question of a PHP node, which waits for it by the question's key. */
export function answerMessageFor(
  { key, repeated }: Pick<MetricsQuestion, "key" | "repeated">,
  answer: unknown,
  node: string,
): string {
  const message = repeated === undefined
    ? { type: key, payload: answer }
    : { type: "metrics-retrieved", key, application: repeated, payload: answer };
  return JSON.stringify({ ...message, [OWN_MARK]: node });
}
