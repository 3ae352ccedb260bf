import type { Keepalive } from "../hub/connections/keepalive.ts";
import type { Connection } from "../hub/connections/connection.ts";
import type { EventCache } from "../hub/channels/event-cache.ts";
import type { HubRegistry } from "../hub/hub-registry.ts";
import type { Timers } from "../failures/timers.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";

/** What has to be done at intervals. */
export interface ClockworkParts {
  readonly keepalive: Keepalive<Connection>;
  readonly cache: EventCache;
  readonly monitor: Monitor;
  readonly hubs: HubRegistry;
  readonly dashboard: { tick(): void } | undefined;
  readonly files: { tick(): void } | undefined;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly timers: Pick<Timers, "every">;
}

const SECOND = 1000;
/** Milliseconds between two ticks of a second that are no longer the jitter of a busy process. */
const LATE = 2.5 * SECOND;
/** Pusher's interval for the counts of large channels, in seconds. */
const SUBSCRIPTION_COUNT_INTERVAL = 5;

/** Does each second's work until the answer is called. */
export function startClockwork(parts: ClockworkParts): () => void {
  const { keepalive, cache, monitor, hubs, dashboard, files, monotonic, timers } = parts;
  let tickedAt = monotonic();
  const ends = [
    timers.every(SECOND, () => {
      const now = monotonic();
      // A late tick says that this process stood still (a suspended machine, a throttled container). What clients have sent
      // meanwhile is read first; so this second does not count as one in which they were silent.
      if (now - tickedAt < LATE) keepalive.advance(keepalive.now + 1);
      tickedAt = now;
      cache.sweep();
      for (const hub of hubs) hub.tick();
      monitor.tick();
      dashboard?.tick();
      files?.tick();
    }),
    timers.every(SUBSCRIPTION_COUNT_INTERVAL * SECOND, () => {
      for (const hub of hubs) hub.subscriptionCounts?.flush();
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
