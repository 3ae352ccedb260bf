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
  "client events in a room of 100":
    "an event of a client is read, its channel and its right to send checked, its rate counted, and a frame with the channel's " +
    "name and the sender's id made of it; the bare server passes on what it got.",
  "client events, 500 a second":
    "at a low rate each delivery is a system call of its own, which costs the same whoever makes it: the bare server's figure " +
    "says how much of it that is.",
  "connect, subscribe, close":
    "the bare server greets and confirms with ready texts. Here the origin, the quota and the channel's name are checked and a " +
    "connection is entered where it can be found, counted and pinged. Most of the whole is the kernel's and the same for all; " +
    "soketi was measured warmed up, as it is after its first thousands of connections.",
  "empty server, resident memory":
    "four fifths are pages of the executable: the runtime's code, of which cryptography, sockets and streams touch more than the " +
    "bare server does, and this program's. Objects are the rest. Redis, Prometheus and the reader of PHP are loaded when they are " +
    "first needed; leaving out the dashboard, the cluster and the other commands as well was tried, and brought little more.",
  "first accepted connection after the start":
    "the executable is compiled beforehand and loads little. What is left is the runtime's own start, the reading of the " +
    "configuration and of this program's code, and on a machine with other work the wait for a processor.",
  "tail at half of Resound's capacity":
    "how late the load client itself was stands beside the delays, and the bare server's delays beside ours: where those are as " +
    "long, it is the machine that pauses. The garbage collector, watched by itself with 8,000 connections, paused for 21 ms at most.",
};

/** A list of the reasons for what was missed; empty when no reason is known. */
export function missedBecause(checks: readonly TargetCheck[]): string {
  const missed = new Set(checks.filter(({ verdict }) => verdict === "missed").map(({ what }) => what));
  return bullets(
    [...missed].flatMap((what) => REASONS[what] === undefined ? [] : [`${what}: ${REASONS[what]}`]),
  );
}
