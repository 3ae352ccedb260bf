import { type JsonObject, parseObject } from "../../protocol/json-object.ts";
import type { Activity } from "./activity-feed.ts";

/** The channel that an activity concerns, as its frame names it; `undefined` where there is none. */
export function channelOfActivity(activity: Activity): string | undefined {
  switch (activity.kind) {
    case "subscribed":
      return lastChannel(activity.frame);
    case "unsubscribed": {
      const data = parseObject(activity.frame)?.["data"];
      const fields = typeof data === "string" ? parseObject(data) : data as JsonObject | undefined;
      return textOf(fields?.["channel"]);
    }
    case "client-event":
      return activity.message.channel;
    case "api-event":
      return activity.channel;
    default:
      return undefined;
  }
}

/** Reads the channel at the end of a frame, without parsing the data before it, which may be a roster of thousands. */
function lastChannel(frame: string): string | undefined {
  const start = frame.lastIndexOf(',"channel":');
  return start === -1 ? undefined : textOf(parseObject(`{${frame.slice(start + 1)}`)?.["channel"]);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
