/** Why a client could not be sent all that it has missed, each with what the log says. A closed set: each is a metric's label. */
export const GAPS = {
  trimmed: "the log of the channel does not go back so far",
  unknown: "no connection is known by the names that the client brought",
  dropped: "the channel is no longer among those of recovery.channels",
} as const;

/** One of {@link GAPS}. */
export type GapReason = keyof typeof GAPS;

/** Their names. */
export const GAP_REASONS = Object.keys(GAPS) as readonly GapReason[];
