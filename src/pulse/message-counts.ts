import type { ApplicationCounters } from "../monitoring/application-counters.ts";

/** How many messages an application's clients have received and sent since the process started. */
export interface MessageCounts {
  readonly application: string;
  /** Frames to clients: one event to a thousand subscribers counts a thousand. */
  readonly sent: number;
  /** Frames from clients that were valid: Reverb records no others. */
  readonly received: number;
}

/** The totals of every application, by what is counted of it. */
export function* messageCounts(
  applications: ReadonlyMap<string, ApplicationCounters>,
): Generator<MessageCounts> {
  for (const [application, { messagesSent, messagesReceived, received }] of applications) {
    yield { application, sent: messagesSent, received: messagesReceived - received.invalid.messages };
  }
}

/** Whether messages went to clients or came from them: the second half of Pulse's `reverb_message:sent` and `reverb_message:received`. */
export type MessageDirection = "sent" | "received";

/** How many messages one application had in one direction within one minute; this is what Pulse stores. */
export interface MinuteCount {
  /** Start of the minute, in seconds since 1970. Pulse's buckets are all whole minutes, so nothing finer is needed. */
  readonly minute: number;
  readonly application: string;
  readonly direction: MessageDirection;
  readonly count: number;
}
