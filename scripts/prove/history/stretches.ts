import type { Entry, Fault, FaultKind, Quiet } from "./entry.ts";
import type { History } from "./history.ts";
import type { Moment } from "./operation.ts";

/** Faults that trouble one client alone and leave the cluster as it is. */
const HARMLESS: ReadonlySet<FaultKind> = new Set(["slow-reader"]);

/** The time from one quiet moment (or the beginning) to the next one (or the end of the history). */
export interface Stretch {
  /** The quiet moment at its beginning; absent for the first stretch. */
  readonly from?: Quiet;
  /** The quiet moment at its end; absent where the history ends without one. */
  readonly until?: Quiet;
  /** Faults that were going on in it, also those that began before. */
  readonly faults: readonly Fault[];
  /** Whether no fault was: what is promised outside faults holds. */
  readonly isCalm: boolean;
}

/** Divides a history at its quiet moments. */
export function stretchesOf({ entries }: History): readonly Stretch[] {
  const quiets = entries.filter((each): each is Quiet => each.type === "quiet");
  const faults = entries.filter((each): each is Fault => each.type === "fault" && !HARMLESS.has(each.kind));
  return [...quiets, undefined].map((until, index) => {
    const from = quiets[index - 1];
    const within = faults.filter(({ start, end }) =>
      start.order < orderOf(until, Infinity) && end.order > orderOf(from, -1)
    );
    return {
      ...(from === undefined ? {} : { from }),
      ...(until === undefined ? {} : { until }),
      faults: within,
      isCalm: within.length === 0,
    };
  });
}

/** The stretch that a moment is in. */
export function stretchAt(stretches: readonly Stretch[], { order }: Moment): Stretch {
  const found = stretches.find(({ from, until }) =>
    orderOf(from, -1) <= order && order < orderOf(until, Infinity)
  );
  if (found === undefined) throw new Error(`No stretch has the moment ${order}`);
  return found;
}

/** Entries of a kind, for a list that holds several. */
export function faultsOf(entries: readonly Entry[]): readonly Fault[] {
  return entries.filter((each): each is Fault => each.type === "fault");
}

function orderOf(quiet: Quiet | undefined, absent: number): number {
  return quiet?.at.order ?? absent;
}
