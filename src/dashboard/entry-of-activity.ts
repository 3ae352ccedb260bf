import type { Activity } from "./activity-feed.ts";
import type { DisconnectReason } from "../monitoring/disconnect-reason.ts";
import { withoutSecrets } from "../monitoring/redact.ts";
import { type JsonObject, parseObject } from "../protocol/json-object.ts";
import type { Entry } from "./wire.ts";

/** Characters of a payload that are shown at most. */
export const PAYLOAD_CHARACTERS = 10_000;
/** Characters of a name or a sentence that are shown at most. */
const TEXT_CHARACTERS = 1000;

const DISCONNECTS: Readonly<Record<DisconnectReason, string>> = {
  client: "closed by the client",
  lost: "the connection was lost",
  pong_missing: "no answer to a ping",
  slow_reader: "reads too slowly",
  rate_limited: "over the rate limit",
  redis_behind: "sends more than Redis keeps up with",
  message_too_large: "a message was too large",
  protocol_violation: "broke the WebSocket protocol",
  terminated: "ended by the application",
  application_removed: "the application was removed",
  server_stopping: "the server stops",
  refused: "turned down",
};

/** What the console shows of an activity: parsed, cut to a length, and without secrets. `at` is in milliseconds since 1970. */
export function entryOfActivity(activity: Activity, at: number): Entry {
  const { kind } = activity;
  switch (kind) {
    case "connected":
      return { kind, at, connection: activity.connection, detail: `from ${activity.address}` };
    case "disconnected": {
      const detail = `${DISCONNECTS[activity.reason]} (${activity.code})`;
      return { kind, at, connection: activity.connection, detail };
    }
    case "subscribed":
      return { kind, at, connection: activity.connection, channel: text(lastChannel(activity.frame)) };
    case "unsubscribed": {
      const data = parseObject(activity.frame)?.["data"];
      const fields = typeof data === "string" ? parseObject(data) : data as JsonObject | undefined;
      return { kind, at, connection: activity.connection, channel: text(fields?.["channel"]) };
    }
    case "signed-in":
      return { kind, at, connection: activity.connection, detail: text(activity.user) };
    case "client-event": {
      const { connection, message, receivers } = activity, { channel, event, data } = message;
      return {
        kind,
        at,
        connection,
        channel: text(channel),
        event: text(event),
        receivers,
        ...payload(data),
      };
    }
    case "api-event": {
      const data: unknown = JSON.parse(activity.data);
      const { channel, event, receivers } = activity;
      return { kind, at, channel: text(channel), event: text(event), receivers, ...payload(String(data)) };
    }
    case "refused": {
      const { refusal } = activity;
      const detail = text(`${refusal.reason.replaceAll("_", " ")}: ${refusal.detail}`);
      return { kind, at, connection: refusal.connection, detail };
    }
  }
}

/** Reads the channel at the end of a frame, without parsing the data before it, which may be a roster of thousands. */
function lastChannel(frame: string): unknown {
  const start = frame.lastIndexOf(',"channel":');
  return start === -1 ? undefined : parseObject(`{${frame.slice(start + 1)}`)?.["channel"];
}

function payload(data: string): Pick<Entry, "payload" | "payloadLength"> {
  const shown = withoutSecrets(data, PAYLOAD_CHARACTERS);
  return data.length > PAYLOAD_CHARACTERS
    ? { payload: shown, payloadLength: data.length }
    : { payload: shown };
}

function text(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const safe = withoutSecrets(value, TEXT_CHARACTERS);
  return value.length > TEXT_CHARACTERS ? `${safe}…` : safe;
}
