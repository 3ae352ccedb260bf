import { bullets } from "./markdown-prose.ts";
import type { TargetCheck } from "./target-check.ts";

/** Why a target may be missed, and what was tried, by what the target is about. Figures stand in the tables, not here. */
const REASONS: Readonly<Record<string, string>> = {
  "fan-out, CPU a delivery":
    "the cost of an event is that of its API call and that of its deliveries. The bare server checks nothing of the call, here " +
    "its signature, its JSON and its limits are checked: with few subscribers that is much of the whole, with many the rest, " +
    "which both leave to the runtime's own publish.",
  "fan-out, CPU a delivery, publishes overlap":
    "events that are on their way to a socket at the same time leave in one system call here, in one each from soketi. That " +
    "tells the more, the more events come at once and the more subscribers there are; with few, the API call does.",
  "fan-out, CPU a delivery, one at a time":
    "each delivery is a system call of its own, here as everywhere, and what the kernel does for it is the same for all.",
  "HTTP trigger, signature verified":
    "the bare server hands the body on as it is; here an HMAC and an MD5 are made, and JSON is read and checked. Calls for events " +
    "pass by the router, their query is matched in the order in which clients write it, and their body is read in one step.",
  "idle subscribed connection, beyond the empty server":
    "what a process takes for its first clients at all, code that is compiled and a heap that grows in steps, is counted with " +
    "them: among a thousand it is much for each, for the bare server as well, among ten thousand little.",
};

/** A list of the reasons for what was missed; empty when no reason is known. */
export function missedBecause(checks: readonly TargetCheck[]): string {
  const missed = new Set(checks.filter(({ verdict }) => verdict === "missed").map(({ what }) => what));
  return bullets(
    [...missed].flatMap((what) => REASONS[what] === undefined ? [] : [`${what}: ${REASONS[what]}`]),
  );
}
