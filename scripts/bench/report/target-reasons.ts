import { bullets } from "./markdown-prose.ts";
import type { TargetCheck } from "./target-check.ts";

/** Why a target may be missed, and what was tried, by the target's subject. Figures are in the tables, not here. */
const REASONS: Readonly<Record<string, string>> = {
  "fan-out, CPU a delivery":
    "an event costs its API call and its deliveries. The bare server checks nothing of the call; Resound checks its signature, " +
    "its JSON and its limits. With few subscribers the call is most of the cost. With many the deliveries are, and both servers " +
    "leave those to the runtime's own publish.",
  "fan-out, CPU a delivery, publishes overlap":
    "Resound sends events that are on their way to a socket at the same time in one system call, soketi in one each. That saves " +
    "more, the more events come at once and the more subscribers there are; with few subscribers the API call is most of the cost.",
  "fan-out, CPU a delivery, one at a time":
    "each delivery is a system call of its own in every server, and what the kernel does for it costs all of them the same.",
  "HTTP trigger, signature verified":
    "the bare server passes the body on as it is; Resound makes an HMAC and an MD5, and reads and checks JSON. Calls for events " +
    "skip the router, their query is matched in the order in which clients write it, and their body is read in one step. The answer " +
    "is later by that work, so that the load client sleeps more often and the kernel has to wake it: that is a part of the difference. " +
    "Reading the body as text and fewer promises gave too little; answers that wait for the end of the turn would save the waking, " +
    "but Bun closes a connection on which the next call comes before the answer.",
  "fan-out to 10 subscribers, CPU a delivery":
    "an event costs its API call and ten deliveries, and the deliveries cost both servers the same. Where the server waits between " +
    "events, the work of a call takes up to three times as long as in calls without a break, most likely because its code and its " +
    "memory are no longer in the processor's caches.",
  "idle subscribed connection, beyond the empty server":
    "the memory that a process takes once for its first clients (compiled code, a heap that grows in steps) is counted with " +
    "them. Shared among a thousand connections it is much for each, for the bare server too; among ten thousand it is little.",
  "client events in a room of 100":
    "Resound reads a client's event, checks its channel and its right to send, counts its rate, and makes a frame with the " +
    "channel's name and the sender's id; the bare server passes on what it got.",
  "client events, 500 a second":
    "at a low rate each delivery is a system call of its own, which costs every server the same: the bare server's figure shows " +
    "how much that is.",
  "connect, subscribe, close":
    "the bare server answers with ready texts. Resound checks the origin, the quota and the channel's name, and registers the " +
    "connection, so that it can be found, counted and pinged. Most of the cost is the kernel's and the same for all; soketi was " +
    "measured warmed up, as it is after its first thousands of connections.",
  "recovery on, events to 1,000 subscribers, 8 at once":
    "each client is asked once every 20 ms and answers: a write and a read more, beside one write for all 8 events. On a busy " +
    "machine the rounds take longer than that, so that each of them is asked about.",
  "recovery on, idle subscribed connection":
    "the name of a connection, the object that stands for it, and its places in the table of names and in that of its channel.",
  "API call with scaling, no other node":
    "the process keeps the connections to Redis and makes each event's frame, which one process does not do for a channel without " +
    "subscribers; nothing is sent.",
  "API call with scaling, one other node without a subscriber":
    "a node does not know what others listen to: Redis does. Each event is sent, those of a few turns as one command; the frame, the " +
    "message and the wait until Redis has taken it are what is left.",
  "event to a subscriber on another node, 32 at once":
    "an API call on one node, a command to Redis that events share, and a delivery of the other node.",
  "two workers without Redis, a delivery":
    "a worker delivers its own events at once and those of the other one when they have come, so that each client is written to " +
    "twice. One write would have local deliveries wait for the other process.",
  "first accepted connection after the start":
    "the executable is compiled in advance and loads little. What remains is the start of the runtime, reading the configuration " +
    "and this program's code, and on a busy machine the wait for a processor.",
  "tail at half of Resound's capacity":
    "the table shows how late the load client itself was, and the bare server's delays beside ours: where these are as long as " +
    "ours, it is the machine that pauses. The garbage collector, measured by itself with 8,000 connections, paused for 21 ms at most.",
};

/** A list of the reasons for what was missed; empty when no reason is known. */
export function missedBecause(checks: readonly TargetCheck[]): string {
  const missed = new Set(checks.filter(({ verdict }) => verdict === "missed").map(({ what }) => what));
  return bullets(
    [...missed].flatMap((what) => REASONS[what] === undefined ? [] : [`${what}: ${REASONS[what]}`]),
  );
}
