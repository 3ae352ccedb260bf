import type { Activity } from "../hub/monitor/activity-feed.ts";
import { channelOfActivity } from "../hub/monitor/channel-of-activity.ts";
import { DISCONNECT_WORDS } from "../monitoring/disconnect-reason.ts";
import { withoutSecrets } from "../monitoring/redact.ts";
import type { EntryContent } from "./wire.ts";

/** Characters of a payload that are shown at most. */
export const PAYLOAD_CHARACTERS = 10_000;
/** Characters of a name or a sentence that are shown at most. */
const TEXT_CHARACTERS = 1000;

/** What the console shows of an activity: parsed, cut to a length, and without secrets. `at` is in milliseconds since 1970. */
export function entryOfActivity(activity: Activity, at: number): EntryContent {
  const { kind } = activity;
  switch (kind) {
    case "connected":
      return { kind, at, connection: activity.connection, detail: `from ${activity.address}` };
    case "disconnected": {
      const detail = `${DISCONNECT_WORDS[activity.reason]} (${activity.code})`;
      return { kind, at, connection: activity.connection, detail };
    }
    case "subscribed":
    case "unsubscribed":
      return { kind, at, connection: activity.connection, channel: name(channelOfActivity(activity)) };
    case "signed-in":
      return { kind, at, connection: activity.connection, detail: text(activity.user) };
    case "client-event": {
      const { connection, message, receivers } = activity, { channel, event, data } = message;
      return {
        kind,
        at,
        connection,
        channel: name(channel),
        event: text(event),
        receivers,
        ...payload(data),
      };
    }
    case "api-event": {
      const data: unknown = JSON.parse(activity.data);
      const { channel, event, receivers, except } = activity, shown = payload(String(data));
      return {
        kind,
        at,
        channel: name(channel),
        event: text(event),
        receivers,
        except: text(except),
        ...shown,
      };
    }
    case "refused": {
      const { refusal } = activity;
      const { reason, connection, address, channel } = refusal;
      const detail = text(`${reason.replaceAll("_", " ")}: ${refusal.detail}`);
      return { kind, at, connection, address, channel: name(channel), reason, detail };
    }
  }
}

function payload(data: string): Pick<EntryContent, "payload" | "payloadLength"> {
  const shown = withoutSecrets(data, PAYLOAD_CHARACTERS);
  return data.length > PAYLOAD_CHARACTERS
    ? { payload: shown, payloadLength: data.length }
    : { payload: shown };
}

/** A channel's name in full, as the lists have it: it is no secret, and some names are made of hashes. */
function name(channel: string | undefined): string | undefined {
  return channel?.slice(0, TEXT_CHARACTERS);
}

function text(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const safe = withoutSecrets(value, TEXT_CHARACTERS);
  return value.length > TEXT_CHARACTERS ? `${safe}…` : safe;
}
