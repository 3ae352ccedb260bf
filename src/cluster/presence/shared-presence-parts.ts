import type { HoldsInRedisParts } from "./holds-in-redis.ts";
import type { MovingHolds } from "./moving-holds.ts";

/** What one topic's presence needs of the rest of the cluster. */
export interface SharedPresenceParts extends HoldsInRedisParts {
  /** Whether this node's clients move to another one. */
  readonly moving: Pick<MovingHolds, "isOn" | "keep">;
  /** Whether Redis knows the holds of all nodes: not while nodes come back to a Redis that has lost its data. */
  readonly knowsAll: () => boolean;
  /** Whether it lacks some for a moment, after which `askAgain` is called. */
  readonly isReuniting: () => boolean;
  /** Redis may have lost its data. */
  readonly suspect: () => void;
  /** Has every node bring its holds on the topic again, because members cannot be read. */
  readonly complain: () => void;
}
