import { GAP_REASONS, type GapReason } from "./gap.ts";

/** What clients were sent again, of one application on this node. */
export class RecoveryCounters {
  /** Subscriptions that went on without a gap after a cut. */
  recovered = 0;
  /** Events that were sent again. */
  replayed = 0;
  /** Gaps, by reason. */
  readonly gaps = Object.fromEntries(GAP_REASONS.map((reason) => [reason, 0])) as Record<GapReason, number>;
}
