import type { Activity } from "../../hub/monitor/activity-feed.ts";
import { channelOfActivity } from "../../hub/monitor/channel-of-activity.ts";
import { entryOfActivity } from "../entry-of-activity.ts";
import type { Entry, EntryContent } from "../wire.ts";

/** Characters up to which an activity is kept as it is. Of a larger one only what the page shows of it is kept. */
const SMALL = 20_000;

/** What an entry says besides the activity. */
export interface EntryPlace {
  /** Names this process among all that the page shows. */
  readonly origin: string;
  /** The node in words; `undefined` where there is only one. */
  readonly node: string | undefined;
}

/** An activity that is kept for pages that are opened later. It becomes an {@link Entry} when a page asks, since most never do. */
export class KeptActivity {
  /** Counts the activities of the application on this node, from 1. */
  readonly number: number;
  /** Characters that it takes. */
  readonly size: number;
  /** The channel of an event; `undefined` for every other kind. */
  readonly eventChannel: string | undefined;
  /** Subscriptions to that channel on the other nodes at that time; `undefined` while they are not known. */
  elsewhere: number | undefined = undefined;
  readonly #at: number;
  readonly #what: Activity | EntryContent;

  /** `at` is in milliseconds since 1970. */
  constructor(number: number, at: number, activity: Activity) {
    this.number = number;
    this.#at = at;
    const size = sizeOf(activity), isSmall = size <= SMALL;
    this.#what = isSmall ? detached(activity) : copyOf(entryOfActivity(activity, at));
    this.size = isSmall ? size : sizeOfEntry(this.#what as EntryContent);
    const isEvent = activity.kind === "client-event" || activity.kind === "api-event";
    const channel = isEvent ? channelOfActivity(activity) : undefined;
    // No channel with subscribers has a longer name.
    this.eventChannel = channel !== undefined && channel.length <= SMALL ? channel : undefined;
  }

  get isRefusal(): boolean {
    return this.#what.kind === "refused";
  }

  /** What the page shows of it. */
  entry({ origin, node }: EntryPlace): Entry {
    const entry = "at" in this.#what ? this.#what : entryOfActivity(this.#what, this.#at);
    const shown = { ...entry, id: `${origin}:${this.number}`, node };
    if (entry.receivers === undefined) return shown;
    return this.elsewhere === undefined
      ? { ...shown, isOnlyHere: true }
      : { ...shown, receivers: entry.receivers + this.elsewhere };
  }
}

/** Characters that an entry takes on its way to a page, about. */
export function sizeOfEntry({ payload, detail, channel, event }: EntryContent): number {
  return 200 + lengthOf(payload) + lengthOf(detail) + lengthOf(channel) + lengthOf(event);
}

function sizeOf(activity: Activity): number {
  switch (activity.kind) {
    case "subscribed":
    case "unsubscribed":
      return 100 + activity.frame.length;
    case "client-event": {
      const { channel, event, data } = activity.message;
      return 100 + channel.length + event.length + data.length;
    }
    case "api-event":
      return 100 + activity.channel.length + activity.event.length + activity.data.length;
    case "refused":
      return 100 + activity.refusal.detail.length + lengthOf(activity.refusal.channel);
    default:
      return 200;
  }
}

/** The data of a client event is a part of its frame, which may be far larger and would stay in memory with it. */
function detached(activity: Activity): Activity {
  if (activity.kind !== "client-event") return activity;
  const { message } = activity;
  return { ...activity, message: { ...message, data: Buffer.from(message.data).toString() } };
}

function copyOf(entry: EntryContent): EntryContent {
  return JSON.parse(JSON.stringify(entry)) as EntryContent;
}

function lengthOf(text: string | undefined): number {
  return text?.length ?? 0;
}
