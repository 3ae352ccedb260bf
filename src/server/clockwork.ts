import type { Keepalive } from "../hub/connections/keepalive.ts";
import type { Connection } from "../hub/connections/connection.ts";
import type { EventCache } from "../hub/channels/event-cache.ts";
import type { HubRegistry } from "../hub/hub-registry.ts";
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
}

const SECOND = 1000;
/** Milliseconds between two ticks of a second that are no longer the jitter of a busy process. */
const LATE = 2.5 * SECOND;
/** Pusher's interval for the counts of large channels, in seconds. */
const SUBSCRIPTION_COUNT_INTERVAL = 5;

/** Calls again and again, so many milliseconds apart, until the answer is called. */
export function every(milliseconds: number, call: () => void): () => void {
  const timer = setInterval(call, milliseconds);
  return () => clearInterval(timer);
}

/** Calls back after so many milliseconds, until the answer is called. */
export function after(milliseconds: number, then: () => void): () => void {
  const timer = setTimeout(then, milliseconds);
  return () => clearTimeout(timer);
}

/** Does each second's work until the answer is called. */
export function startClockwork(parts: ClockworkParts): () => void {
  const { keepalive, cache, monitor, hubs, dashboard, files, monotonic } = parts;
  let tickedAt = monotonic();
  const timers = [
    setInterval(() => {
      const now = monotonic();
      // A late tick says that this process stood still (a suspended machine, a throttled container). What clients have sent
      // meanwhile is read first; so this second does not count as one in which they were silent.
      if (now - tickedAt < LATE) keepalive.advance(keepalive.now + 1);
      tickedAt = now;
      cache.sweep();
      for (const hub of hubs) {
        hub.tick();
        hub.keyedCalls.tick();
      }
      monitor.tick();
      dashboard?.tick();
      files?.tick();
    }, SECOND),
    setInterval(() => {
      for (const hub of hubs) hub.subscriptionCounts?.flush();
    }, SUBSCRIPTION_COUNT_INTERVAL * SECOND),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
