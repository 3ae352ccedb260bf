import type { KeptEvent } from "../cluster/cluster-log.ts";

/** What a client is sent again that was on another node: first these, then what this node's log has behind `position`. */
export interface EarlierEvents {
  readonly events: readonly KeptEvent[];
  readonly position: number;
}

/** The last events of a channel, as {@link EarlierEvents}, and the id behind which they stand. */
export interface LastEvents extends EarlierEvents {
  readonly begin: string;
}
