import type { BridgePlace } from "../../bridge/bridge-place.ts";
import type { Room } from "./handover-message.ts";

/** One serving process after the other: the main process itself at first, then processes that it has started. */
export interface Life {
  readonly pid: number;
  /** Serves its clients together with the others on a bridge from now on. Resolves with the reason where it cannot. */
  enter(place: BridgePlace): Promise<string | undefined>;
  /** Lets the next process listen in the same places, if that can be. Resolves with what that process has to know. */
  makeRoom(): Promise<Room>;
  /** Hands the clients over to the next process; `closed` is called when this one accepts nothing any more. Resolves with whether they have moved. */
  handOver(closed: () => void): Promise<boolean>;
  /** There is no next process after all: goes on alone. */
  stay(): void;
  /** The process before accepts nothing any more: the places are this one's alone. */
  settle(): void;
  /** Stops gracefully, and alone: another process listens then. */
  leave(): void;
  /** Stops gracefully, and at once when called again; `cause` is for people. */
  stop(cause: string): void;
  reload(): void;
  /** Checks that its event loop turns; a process whose does not is killed. Returns whether it does. */
  ping(): boolean;
  /** Resolves with the exit code when it has ended. */
  readonly ended: Promise<number>;
}
