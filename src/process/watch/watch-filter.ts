import type { Activity } from "../../hub/monitor/activity-feed.ts";
import { channelOfActivity } from "../../hub/monitor/channel-of-activity.ts";

/** What a watcher asks for. In the patterns `*` stands for any text. */
export interface WatchFilter {
  /** A pattern of channels. */
  readonly channel?: string | undefined;
  /** A pattern of event names; one without a backslash is also for the class alone: `OrderShipped` for `App\Events\OrderShipped`. */
  readonly event?: string | undefined;
  /** A `socket_id`. */
  readonly connection?: string | undefined;
  /** Whether the lines of events have their data. */
  readonly data?: boolean | undefined;
}

/** Characters of a filter that a server takes. */
export const LONGEST_FILTER = 4000;

/**
 * Whether a watcher asks for an activity. A refusal that names no channel is shown for every channel and event: often it is the reason
 * why nothing else is shown. Of an event of the application a connection gets a line of its own (`delivered`), unless the event left
 * it out.
 */
export function isAskedFor(filter: WatchFilter, activity: Activity): boolean {
  const { channel, event, connection } = filter;
  if (connection !== undefined && connection !== connectionOf(activity)) return false;
  if (activity.kind === "refused") {
    const about = activity.refusal.channel;
    return channel === undefined || about === undefined || matchesPattern(channel, about);
  }
  return (event === undefined || matchesEvent(event, eventOf(activity))) &&
    (channel === undefined || matches(channel, channelOfActivity(activity)));
}

/** Whether a watcher asks for an event on a channel. */
export function isAskedForEvent({ channel, event }: WatchFilter, name: string, on: string): boolean {
  return (event === undefined || matchesEvent(event, name)) &&
    (channel === undefined || matchesPattern(channel, on));
}

function connectionOf(activity: Activity): string | undefined {
  switch (activity.kind) {
    case "refused":
      return activity.refusal.connection;
    case "api-event":
      return activity.except;
    default:
      return activity.connection;
  }
}

function eventOf(activity: Activity): string | undefined {
  if (activity.kind === "api-event") return activity.event;
  return activity.kind === "client-event" ? activity.message.event : undefined;
}

function matches(pattern: string, text: string | undefined): boolean {
  return text !== undefined && matchesPattern(pattern, text);
}

function matchesEvent(pattern: string, name: string | undefined): boolean {
  if (name === undefined) return false;
  return matchesPattern(pattern, name) ||
    (!pattern.includes("\\") && matchesPattern(pattern, name.slice(name.lastIndexOf("\\") + 1)));
}

/** Whether a text is as the pattern says, in which `*` stands for any text. In linear time, for any pattern. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*"), last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** Reads the line that a watcher begins with; `undefined` when it is none. */
export function parseWatchFilter(text: string): WatchFilter | undefined {
  if (text.length > LONGEST_FILTER) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Another program has connected; it gets no answer.
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { channel, event, connection, data } = value as Readonly<Record<string, unknown>>;
  const isText = (each: unknown): each is string | undefined =>
    each === undefined || typeof each === "string";
  if (!isText(channel) || !isText(event) || !isText(connection)) return undefined;
  return { channel, event, connection, data: data === true };
}
