import type { Recorder } from "../history/recorder.ts";
import type { PlannedClient } from "../workload/plan.ts";
import type { Slots } from "./slots.ts";

/** What a client is made of. */
export interface ClientParts {
  readonly planned: PlannedClient;
  readonly recorder: Recorder;
  readonly slots: Slots;
  readonly random: () => number;
  /** Whether it names its connection when it comes back, and comes back by itself. */
  readonly recovers: boolean;
  /** Resolves when new connections may be made: not during a quiet moment. */
  readonly mayConnect: () => Promise<void>;
  /** Its connection was cut, and it can come back in its place. */
  readonly wasCut: (client: string) => void;
}
