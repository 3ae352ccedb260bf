import type { EventOrigin } from "./event-origin.ts";

/** Events of one request, the same with each try. */
export interface Batch {
  /** `X-Resound-Delivery`. */
  readonly id: string;
  readonly body: string;
  /** The keys of its events. Other events with one of these keys wait until the batch was accepted or dropped. */
  readonly keys: readonly string[];
  readonly events: number;
  /** The sum of its events' bytes, as they were counted while they waited. */
  readonly bytes: number;
  /** The millisecond since 1970 from which on it is not tried again. */
  readonly expiresAt: number;
}

/** An event that waits to be sent. */
export interface WaitingEvent {
  readonly key: string;
  readonly json: string;
  readonly bytes: number;
  /** The millisecond since 1970 in which it happened. */
  readonly at: number;
  /** What has caused it; missing in what an earlier version of the server has left. */
  readonly origin?: EventOrigin | undefined;
}

/** What a queue has not sent when it stops. */
export interface UnsentEvents {
  readonly batches: readonly Batch[];
  readonly waiting: readonly WaitingEvent[];
}

/** How many events these are. */
export function countEvents({ batches, waiting }: UnsentEvents): number {
  return waiting.length + batches.reduce((sum, { events }) => sum + events, 0);
}
