import { pause } from "../failures/deadline.ts";
import type { Connection } from "../hub/connections/connection.ts";
import { caughtUp, drain } from "../hub/connections/drain.ts";
import { ENDINGS } from "../monitoring/disconnect-reason.ts";
import type { RunningCalls } from "../http/running-calls.ts";
import type { HubRegistry } from "../hub/hub-registry.ts";
import type { Timers } from "../failures/timers.ts";
import type { Listener } from "../runtime/runtime.ts";

/** What a graceful stop brings to an end. */
export interface StoppingParts {
  readonly listener: Listener;
  readonly hubs: HubRegistry;
  readonly calls: RunningCalls;
  /** Seconds over which the clients are closed that another listener can take. */
  readonly drainSeconds: number;
  /** Whether another process listens that can take the clients now. */
  readonly canMove: boolean;
  /** Sends what would hold the process up when its clients are closed already. */
  readonly farewell: () => Promise<void>;
  /** Once aborted, the stop waits for no client and no call any more. */
  readonly hurry: AbortSignal;
  /** A clock in milliseconds. */
  readonly monotonic: () => number;
  readonly timers: Pick<Timers, "after">;
}

const SECOND = 1000;
/** Milliseconds that a stop waits until running API calls are answered; a body that was announced may never come. */
const LONGEST_CALL = 5 * SECOND;
/** Milliseconds for which connections are accepted that were made before the port is closed; closing it resets what waits there. */
const LAST_ACCEPTS = 100;
/** Milliseconds that slow readers get when the clients around them have been closed, and are about to come back. */
const LAST_FLUSH = 200;

/** Ends the listening and closes every client. Resolves when all connections have ended. */
export async function endListening(parts: StoppingParts): Promise<void> {
  const { listener, hubs, calls, canMove, hurry, timers } = parts;
  const connected = (): Connection[] => [...hubs].flatMap((hub) => hub.clients());
  calls.stop();
  if (canMove) await moveClients(parts, connected);
  else await endWithClients(parts, connected);
  // Clients that had connected before the stop and completed their handshake only when the others were closed.
  const ending = canMove ? ENDINGS.server_stopping : ENDINGS.server_ending;
  await drain(connected(), { ending, hurry, timers });
  await listener.close();
}

/**
 * Accepts no new connections, answers running calls, and closes every client with 4200. The calls come first, so that clients get the
 * events of a call that is answered 200; the time that they take is a part of `drainSeconds`.
 */
async function moveClients(parts: StoppingParts, connected: () => Connection[]): Promise<void> {
  const { listener, hubs, calls, drainSeconds, hurry, monotonic, timers } = parts;
  const start = monotonic();
  if (holdsBack(listener)) await pause(LAST_ACCEPTS, hurry, timers);
  listener.stopListening();
  await calls.settled(LONGEST_CALL, hurry);
  const milliseconds = Math.max(0, drainSeconds * SECOND - (monotonic() - start));
  // A client that comes to another node before this one has said that it is gone would be one too many there, and never try again.
  const release = async (batch: readonly Connection[]): Promise<void> => {
    await Promise.all(Array.from(hubs, (hub) => hub.release(batch)));
  };
  await drain(connected(), { milliseconds, hurry, release, timers });
  // Calls that came over kept connections while the clients were drained. Longer ones have had their time above.
  await calls.settled(SECOND, hurry);
}

/** Whether the system makes no new connections any more, so that all that there are can be accepted. */
function holdsBack({ sharing }: Listener): boolean {
  try {
    sharing?.holdBack();
    return sharing !== undefined;
  } catch {
    // The system refuses: what waits when the port is closed is reset.
    return false;
  }
}

/**
 * Serves on until the calls that run are answered and slow readers have read. Then the port is closed and all clients get 4100 in one go,
 * right before the process ends: they come back after a second, when the next server listens. A client that finds the port closed
 * (pusher-js after 4200) would wait for 15 seconds.
 */
async function endWithClients(parts: StoppingParts, connected: () => Connection[]): Promise<void> {
  const { listener, calls, farewell, hurry, timers } = parts;
  await calls.settled(LONGEST_CALL, hurry);
  await caughtUp(connected(), hurry, timers);
  await farewell();
  listener.stopListening();
  // Those that have come meanwhile.
  await calls.settled(SECOND, hurry);
  await drain(connected(), { ending: ENDINGS.server_ending, patience: LAST_FLUSH, hurry, timers });
}
