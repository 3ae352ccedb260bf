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
  /** Once aborted, nobody is waited for any more. */
  readonly hurry: AbortSignal;
}

const SECOND = 1000;
/** Milliseconds that a stop waits for a running API call, whose body may never come, to be answered. */
const LONGEST_CALL = 5 * SECOND;

/** Lets nobody in any more, answers running calls, closes every client (4200), and resolves when all have gone. */
export async function endListening(parts: StoppingParts): Promise<void> {
  const { listener, hubs, calls, drainSeconds, hurry } = parts;
  listener.stopListening();
  const connected = (): Connection[] => [...hubs].flatMap((hub) => [...hub.connections]);
  await Promise.all([
    drain(connected(), drainSeconds * SECOND, hurry),
    calls.settled(LONGEST_CALL, hurry),
  ]);
  // What came over a kept connection while the clients were drained; what never ends has had its time.
  await calls.settled(SECOND, hurry);
  // Who had reached us before and asked for a WebSocket only then.
  await drain(connected(), 0, hurry);
  await listener.close();
}
