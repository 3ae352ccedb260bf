/** Events of one request, the same with each try. */
export interface Batch {
  /** `X-Resound-Delivery`. */
  readonly id: string;
  readonly body: string;
  /** Of its events: what has the same key waits until the batch is done with. */
  readonly keys: readonly string[];
  readonly events: number;
  /** Of its events, as they are counted while they wait. */
  readonly bytes: number;
  /** Millisecond since 1970 from which on it is not tried any more. */
  readonly expiresAt: number;
}

/** An event that waits. */
export interface WaitingEvent {
  readonly key: string;
  readonly json: string;
  readonly bytes: number;
  /** Millisecond since 1970 in which it happened. */
  readonly at: number;
}

/** What a queue leaves for the node or run that sends it later. */
export interface QueueRemains {
  readonly batches: readonly Batch[];
  readonly waiting: readonly WaitingEvent[];
}

/** How many events are left. */
export function eventsOf({ batches, waiting }: QueueRemains): number {
  return waiting.length + batches.reduce((sum, { events }) => sum + events, 0);
}
