import type { Connection } from "../hub/connections/connection.ts";
import { drain } from "../hub/connections/drain.ts";
import type { RunningCalls } from "../http/running-calls.ts";
import type { HubRegistry } from "../hub/hub-registry.ts";
import type { Listener } from "../runtime/runtime.ts";

/** What a graceful stop brings to an end. */
export interface StoppingParts {
  readonly listener: Listener;
  readonly hubs: HubRegistry;
  readonly calls: RunningCalls;
  /** Seconds over which the clients are closed. */
  readonly drainSeconds: number;
  /** Once aborted, the stop waits for no client and no call any more. */
  readonly hurry: AbortSignal;
  /** A clock in milliseconds. */
  readonly monotonic: () => number;
}

const SECOND = 1000;
/** Milliseconds that a stop waits until running API calls are answered; a body that was announced may never come. */
const LONGEST_CALL = 5 * SECOND;

/**
 * Accepts no new connections, answers running calls, closes every client (4200), and resolves when all connections have ended. The
 * calls come first, so that clients get the events of a call that is answered 200; the time that they take is a part of
 * `drainSeconds`.
 */
export async function endListening(parts: StoppingParts): Promise<void> {
  const { listener, hubs, calls, drainSeconds, hurry, monotonic } = parts;
  listener.stopListening();
  const connected = (): Connection[] => [...hubs].flatMap((hub) => [...hub.connections]);
  const start = monotonic();
  await calls.settled(LONGEST_CALL, hurry);
  await drain(connected(), Math.max(0, drainSeconds * SECOND - (monotonic() - start)), hurry);
  // Calls that came over kept connections while the clients were drained. Longer ones have had their time above.
  await calls.settled(SECOND, hurry);
  // Clients that had connected before the stop and completed their handshake only during the drain.
  await drain(connected(), 0, hurry);
  await listener.close();
}
