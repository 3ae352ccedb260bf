import { pause } from "../failures/deadline.ts";
import type { Connection } from "../hub/connections/connection.ts";
import { drain } from "../hub/connections/drain.ts";
import type { HubRegistry } from "../hub/hub-registry.ts";
import type { RunningCalls } from "../http/running-calls.ts";
import type { Timers } from "../failures/timers.ts";
import type { OpenPlaces } from "./open-places.ts";

/** What moves to the next process. */
export interface MovingParts {
  readonly places: OpenPlaces;
  readonly hubs: HubRegistry;
  readonly calls: RunningCalls;
  /** Seconds over which the clients are closed. */
  readonly drainSeconds: () => number;
  /** A clock in milliseconds. */
  readonly monotonic: () => number;
  readonly timers: Pick<Timers, "after">;
}

const SECOND = 1000;
/** Milliseconds for which connections are accepted that wait in the queue of this process; closing the socket would reset them. */
const LAST_ACCEPTS = SECOND;
/** Milliseconds to read what they have sent, without a new connection meanwhile. */
const LAST_REQUESTS = 100;
/** Milliseconds for the calls that run when the port is closed; a body that was announced may never come. */
const LONGEST_CALL = 5 * SECOND;

/** How it came out: all clients have moved, this process serves on because the next one has died, or it stops. */
export type MoveOutcome = "moved" | "stays" | "stops";

/** Hands the clients of a server over to the next process, which listens on the same places and takes every new connection already. */
export class MovingOut {
  readonly #parts: MovingParts;
  /** Aborted with the outcome when it ends early. */
  readonly #end = new AbortController();

  constructor(parts: MovingParts) {
    this.#parts = parts;
  }

  /** The next process has died: this one goes on, unless all its clients have been closed. */
  stay(): void {
    this.#end.abort("stays");
  }

  /** This process is to stop, and the next one with it. */
  stop(): void {
    this.#end.abort("stops");
  }

  /**
   * Accepts for one second more, while answers have their callers connect anew; closes the port (`closed` is called); then closes the
   * clients with 4200 (come back at once), spread over `drain_seconds`. Each is counted nowhere by then.
   */
  async run(closed: () => void): Promise<MoveOutcome> {
    const { places, calls, hubs, drainSeconds, monotonic, timers } = this.#parts, { signal } = this.#end;
    const early = (): MoveOutcome | undefined => signal.aborted ? signal.reason as MoveOutcome : undefined;
    calls.stop();
    await pause(LAST_ACCEPTS, signal, timers);
    if (early() !== undefined) return this.#ended(early()!, false);
    // Where several processes move, the kernel forgets whom it is to choose when the first of them closes its socket.
    places.holdBack();
    await pause(LAST_REQUESTS, signal, timers);
    places.stopListening();
    if (early() !== undefined) return this.#ended(early()!, true);
    closed();
    const start = monotonic();
    await calls.settled(LONGEST_CALL, signal);
    for (let rest = this.#connected(); rest.length > 0 && !signal.aborted; rest = this.#connected()) {
      const milliseconds = Math.max(0, drainSeconds() * SECOND - (monotonic() - start));
      await drain(rest, {
        ...{ milliseconds, hurry: signal, halt: signal, timers },
        release: async (batch) => {
          await Promise.all(Array.from(hubs, (hub) => hub.release(batch)));
        },
      });
    }
    if (early() !== undefined && this.#connected().length > 0) return this.#ended(early()!, true);
    await calls.settled(SECOND, signal);
    return "moved";
  }

  #connected(): Connection[] {
    return [...this.#parts.hubs].flatMap((hub) => hub.clients().filter(({ closing }) => !closing));
  }

  #ended(outcome: MoveOutcome, isClosed: boolean): MoveOutcome {
    const { places, calls } = this.#parts;
    if (outcome !== "stays") return outcome;
    calls.goOn();
    if (isClosed) places.listenAgain();
    else places.unshare();
    return outcome;
  }
}
