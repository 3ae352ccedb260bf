import type { Activity } from "../../hub/monitor/activity-feed.ts";
import { channelOfActivity } from "../../hub/monitor/channel-of-activity.ts";
import { DISCONNECT_WORDS } from "../../monitoring/disconnect-reason.ts";
import { REFUSAL_CAUSES } from "../../monitoring/refusal-cause.ts";
import { redact } from "../../monitoring/redact.ts";
import type { DeliveredEvent } from "../../hub/monitor/deliveries.ts";

/** What a server sends to `resound watch`, a line of JSON each. Texts are cut and without secrets. */
export interface WatchLine {
  /**
   * A kind of activity. `delivered` is an event that was sent to the connection that is watched. `hello` comes first, or `full` alone
   * where too many watch already. `lost` stands in place of lines that came faster than they were read.
   */
  readonly type: Activity["kind"] | "delivered" | "hello" | "full" | "lost";
  /** When it happened, as an ISO time. */
  readonly at: string;
  /** Which of the server's workers it was. */
  readonly worker?: number | undefined;
  readonly application?: string | undefined;
  readonly connection?: string | undefined;
  readonly channel?: string | undefined;
  readonly event?: string | undefined;
  /** Bytes of the event's data. */
  readonly bytes?: number | undefined;
  /** The event's data, where the watcher asks for it. */
  readonly data?: string | undefined;
  /** How many connections the event was sent to, on all nodes unless `isOnlyHere`. */
  readonly receivers?: number | undefined;
  readonly isOnlyHere?: true | undefined;
  /** The connection that an event of the application leaves out. */
  readonly except?: string | undefined;
  /** Of a refusal; `cause` and `remedy` are the likely ones. */
  readonly reason?: string | undefined;
  readonly cause?: string | undefined;
  readonly remedy?: string | undefined;
  readonly address?: string | undefined;
  /** More about it, for people. */
  readonly detail?: string | undefined;
  /** Lines that were lost. */
  readonly count?: number | undefined;
  /** Of `hello`: how many applications the server has. */
  readonly applications?: number | undefined;
}

/** What all lines of a moment have in common. */
export type LineContext = Pick<WatchLine, "at" | "worker" | "application">;

/** The line of an activity; that of an event has its data if `withData`. */
export function lineOfActivity(activity: Activity, context: LineContext, withData: boolean): WatchLine {
  const line = { type: activity.kind, ...context };
  switch (activity.kind) {
    case "connected":
      return { ...line, connection: activity.connection, address: activity.address };
    case "disconnected": {
      const detail = `${DISCONNECT_WORDS[activity.reason]} (${activity.code})`;
      return { ...line, connection: activity.connection, detail };
    }
    case "subscribed":
    case "unsubscribed":
      return { ...line, connection: activity.connection, channel: text(channelOfActivity(activity)) };
    case "signed-in":
      return { ...line, connection: activity.connection, detail: text(activity.user) };
    case "client-event": {
      const { connection, message: { channel, event, data }, receivers } = activity;
      return { ...line, ...names(event, channel), receivers, ...dataOf(data, withData), connection };
    }
    case "api-event": {
      const { channel, event, data, receivers, except } = activity;
      const sent = dataOf(String(JSON.parse(data)), withData);
      return { ...line, ...names(event, channel), receivers, ...sent, except: text(except) };
    }
    case "refused": {
      const { reason, detail, connection, address, channel } = activity.refusal;
      const { cause, remedy } = REFUSAL_CAUSES[reason];
      const about = { channel: text(channel), connection, address };
      return { ...line, reason, detail: redact(detail), cause, remedy, ...about };
    }
  }
}

/** The line of an event that was sent to the connection; with its data if `withData`. */
export function lineOfDelivery(
  { event, channel, data }: DeliveredEvent,
  context: LineContext,
  connection: string,
  withData: boolean,
): WatchLine {
  const line: WatchLine = { type: "delivered", ...context, ...names(event, channel), connection };
  return withData ? { ...line, ...dataOf(data(), true) } : line;
}

function names(event: string, channel: string): Pick<WatchLine, "event" | "channel"> {
  return { event: text(event), channel: text(channel) };
}

function dataOf(data: string, withData: boolean): Pick<WatchLine, "bytes" | "data"> {
  return { bytes: Buffer.byteLength(data), data: withData ? redact(data) : undefined };
}

function text(value: string | undefined): string | undefined {
  return value === undefined ? undefined : redact(value);
}
