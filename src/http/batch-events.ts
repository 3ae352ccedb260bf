import { broadcast } from "../hub/broadcast/broadcast.ts";
import type { ChannelInfo } from "../hub/channels/channel-info.ts";
import { channelInfos } from "../hub/census.ts";
import type { Hub } from "../hub/hub.ts";
import { answerOnce } from "./answer-once.ts";
import type { ApiAnswer, ApiCall } from "./api-call.ts";
import { afterDelivery, requestedAttributes } from "./api-call.ts";
import { FieldCheck, isMissing } from "./field-check.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import { parseBody } from "./request-body.ts";

/** The answer where no event asks for attributes: Pusher's. Reverb's `{"batch":{}}` makes Pusher's Go library send the batch again. */
const EMPTY: ApiAnswer = { json: "{}" };

interface BatchedEvent {
  readonly name: string;
  readonly data: string;
  readonly channel: string;
  readonly socketId: string | undefined;
  readonly info: string | undefined;
}

/** `POST /apps/{id}/batch_events`: several events, each to one channel. All are checked before the first one is sent. */
export function postBatchEvents(call: ApiCall): ApiAnswer | Promise<ApiAnswer> {
  const { hub, headers, body } = call, fields = parseBody(body);
  const events = batchOf(fields, hub.application.settings.maxEventsPerBatch);
  const key = idempotencyKey(headers, fields);
  if (key !== undefined) {
    const deliver = (): void => sendEvents(hub, events);
    return answerOnce(call, key, { route: "batch", deliver, answer: () => answerTo(hub, events) });
  }
  sendEvents(hub, events);
  return answerTo(hub, events);
}

function sendEvents(hub: Hub, events: readonly BatchedEvent[]): void {
  for (const { name, data, channel, socketId } of events) {
    broadcast(hub, name, JSON.stringify(data), channel, socketId);
  }
}

function answerTo(hub: Hub, events: readonly BatchedEvent[]): ApiAnswer | Promise<ApiAnswer> {
  return afterDelivery(hub, events.some(({ info }) => info !== undefined) ? describe(hub, events) : EMPTY);
}

/** One entry an event, also where it has nothing to tell: Pusher's libraries read a list, and find each event's entry by its place. */
async function describe(hub: Hub, events: readonly BatchedEvent[]): Promise<ApiAnswer> {
  const infos = await Promise.all(events.map(async ({ channel, info }): Promise<ChannelInfo | undefined> => {
    if (info === undefined) return {};
    return (await channelInfos(hub, [channel], requestedAttributes(info))).get(channel);
  }));
  return { json: JSON.stringify({ batch: infos }) };
}

function batchOf(fields: Readonly<Record<string, unknown>>, max: number): BatchedEvent[] {
  const check = new FieldCheck();
  if (isMissing(fields["batch"])) check.fault("batch", "The batch field is required.");
  const batch = isMissing(fields["batch"])
    ? []
    : check.list(fields["batch"], "batch", max, "max_events_per_batch");
  const events = batch.map((entry, index): BatchedEvent => {
    const prefix = `batch.${index}.`;
    const event = typeof entry === "object" && entry !== null ? entry as Record<string, unknown> : {};
    return {
      name: check.requiredString(event, "name", prefix),
      data: check.requiredString(event, "data", prefix),
      channel: check.requiredChannelName(event, "channel", prefix),
      socketId: check.socketId(event, prefix),
      info: check.optionalString(event, "info", prefix),
    };
  });
  check.done();
  return events;
}
