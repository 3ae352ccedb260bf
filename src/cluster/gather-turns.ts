/** Turns of the event loop whose events leave together at most, and milliseconds after which no further turn is waited for. */
const MOST_TURNS = 3, LONGEST = 1;

/** Calls `flush` at the end of this turn, or of a later one as long as `mayWait` answers yes. */
export type Gather = (flush: () => void, mayWait: () => boolean) => void;

/**
 * Gathers the work of up to three turns. Calls that a client sends together are read in several turns, because a server reads them
 * faster than the client writes them; each command to Redis costs both nodes as much as ten events. A turn without work takes
 * microseconds, so that a lone event is not late; after a long turn nothing is waited for. `defer` calls back at the end of the turn;
 * `monotonic` gives milliseconds that only grow.
 */
export function gatherTurns(defer: (then: () => void) => void, monotonic: () => number): Gather {
  return (flush, mayWait) => {
    const end = monotonic() + LONGEST;
    let turns = 0;
    const look = (): void => {
      if (++turns < MOST_TURNS && mayWait() && monotonic() < end) defer(look);
      else flush();
    };
    defer(look);
  };
}
