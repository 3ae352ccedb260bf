import { broadcast } from "../hub/broadcast/broadcast.ts";
import { channelInfos } from "../hub/census.ts";
import type { Hub } from "../hub/hub.ts";
import { answerOnce } from "./answer-once.ts";
import type { ApiAnswer, ApiCall } from "./api-call.ts";
import { afterDelivery, requestedAttributes } from "./api-call.ts";
import { FieldCheck, isMissing } from "./field-check.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import { parseBody } from "./request-body.ts";

const EMPTY: ApiAnswer = { json: "{}" };

/** An event that a call asks to send; every name and field is valid. */
export interface AskedEvent {
  readonly name: string;
  /** The data string as JSON text. */
  readonly encodedData: string;
  readonly channels: readonly string[];
  /** The connection that is left out. */
  readonly socketId: string | undefined;
  /** What the caller asks about the channels. */
  readonly info: string | undefined;
}

/** `POST /apps/{id}/events`: one event to one or several channels. */
export function postEvents(call: ApiCall): ApiAnswer | Promise<ApiAnswer> {
  const { hub, headers, body } = call, fields = parseBody(body);
  const event = eventOf(hub, fields), key = idempotencyKey(headers, fields);
  if (key !== undefined) {
    const deliver = (): void => sendEvent(hub, event);
    return answerOnce(call, key, { route: "events", deliver, answer: () => answerTo(hub, event) });
  }
  sendEvent(hub, event);
  return answerTo(hub, event);
}

/** Reads the body of a call that sends an event. Throws `ApiError` where it cannot be used. */
export function readEvent(hub: Hub, body: Uint8Array): AskedEvent {
  return eventOf(hub, parseBody(body));
}

function eventOf(hub: Hub, fields: Readonly<Record<string, unknown>>): AskedEvent {
  const check = new FieldCheck();
  const name = check.requiredString(fields, "name");
  const data = check.requiredString(fields, "data");
  const channels = channelsOf(fields, check, hub.application.settings.maxChannelsPerEvent);
  const socketId = check.socketId(fields);
  const info = check.optionalString(fields, "info");
  check.done();
  return { name, encodedData: JSON.stringify(data), channels, socketId, info };
}

function sendEvent(hub: Hub, { name, encodedData, channels, socketId }: AskedEvent): void {
  for (const channel of channels) broadcast(hub, name, encodedData, channel, socketId);
}

function answerTo(hub: Hub, { channels, info }: AskedEvent): ApiAnswer | Promise<ApiAnswer> {
  return afterDelivery(hub, info === undefined ? EMPTY : describe(hub, channels, info));
}

async function describe(hub: Hub, channels: readonly string[], info: string): Promise<ApiAnswer> {
  const infos = await channelInfos(hub, channels, requestedAttributes(info));
  return { json: JSON.stringify({ channels: Object.fromEntries(infos) }) };
}

/** The names in `channels` or in the older `channel`, one of which is required. A channel that is named twice gets the event once. */
function channelsOf(fields: Readonly<Record<string, unknown>>, check: FieldCheck, max: number): string[] {
  const { channels, channel } = fields;
  if (!isMissing(channels)) {
    const list = check.list(channels, "channels", max, "max_channels_per_event");
    const names = list.map((entry, index) => check.channelName(entry, `channels.${index}`));
    return names.length > 1 ? [...new Set(names)] : names;
  }
  if (!isMissing(channel)) return [check.channelName(channel, "channel")];
  check.fault("channels", "The channels field is required when channel is not present.");
  check.fault("channel", "The channel field is required when channels is not present.");
  return [];
}
