import type { FaultKind } from "../history/entry.ts";
import type { Plan, Step } from "../workload/plan.ts";

/** Each event of one caller at one node is published after the answer to the one before it. */
function burst(node: string, channel: string): readonly Step[] {
  return Array.from({ length: 6 }, (_, index): Step => ({
    ...{ kind: "publish", caller: "api1", node, channel, message: `m${index + 1}`, gap: 12 },
  }));
}

function subscribe(client: string, channel: string, gap: number): Step {
  return { kind: "subscribe", client, channel, gap };
}

function connect(client: string, node: string): Step {
  return { kind: "connect", client, node, gap: 20 };
}

function leave(client: string, channel: string): Step {
  return { kind: "unsubscribe", client, channel, gap: 0 };
}

function breaks(fault: FaultKind, node: string, lasts: number, gap: number): Step {
  return { kind: "fault", fault, node, lasts, gap };
}

/** One client at each of two nodes, on a channel with members and on one without. */
const PRESENT: readonly Step[] = [
  connect("c1", "n1"),
  connect("c2", "n2"),
  subscribe("c1", "presence-a", 20),
  subscribe("c2", "presence-a", 20),
  subscribe("c1", "news", 20),
];

/** Both clients are on both channels. */
const BOTH_PRESENT: readonly Step[] = [...PRESENT, subscribe("c2", "news", 200)];

function plan(recovers: boolean, steps: readonly Step[], seed = 1): Plan {
  return {
    seed,
    nodes: ["n1", "n2"],
    clients: [
      { name: "c1", kind: "raw", user: "ann" },
      { name: "c2", kind: "raw", user: "bob" },
      { name: "c3", kind: "raw", user: "cleo" },
      { name: "c4", kind: "raw", user: "dora" },
      { name: "c5", kind: "raw", user: "bob" },
    ],
    recovers,
    steps,
  };
}

/** Plans that each lead to a situation which those of seeds meet seldom, with what the server does in it. */
export const POINTED_PLANS: readonly (readonly [string, Plan])[] = [
  [
    "events that wait for Redis arrive when it is back",
    plan(false, [...BOTH_PRESENT, breaks("redis-refused", "n1", 1500, 100), ...burst("n1", "news")]),
  ],
  [
    "events that were under way when the connection to Redis broke are sent again",
    plan(false, [
      ...BOTH_PRESENT,
      breaks("redis-slow", "n1", 3000, 50),
      ...burst("n1", "news"),
      breaks("redis-refused", "n1", 500, 50),
    ]),
  ],
  [
    "a client that comes back to another node gets what it has missed in its order",
    // With this seed the client comes back to the node that has no subscriber of the channel.
    plan(true, [...PRESENT, { kind: "cut", client: "c1", gap: 5 }, ...burst("n1", "news")], 4),
  ],
  [
    "a subscription is not confirmed before a slow Redis has let the node listen",
    plan(false, [
      ...BOTH_PRESENT,
      breaks("redis-slow", "n2", 800, 200),
      subscribe("c2", "private-desk", 5),
      ...burst("n1", "private-desk"),
    ]),
  ],
  [
    "a user who comes back at another node before the departure is reported has not left",
    plan(false, [
      ...BOTH_PRESENT,
      { kind: "close", client: "c2", gap: 200 },
      connect("c2", "n1"),
      subscribe("c2", "presence-a", 20),
    ]),
  ],
  [
    "a node that stood still for longer than its lease enters with a new stay",
    plan(false, [
      ...BOTH_PRESENT,
      connect("c3", "n1"),
      breaks("freeze", "n1", 3500, 10),
      subscribe("c3", "presence-a", 20),
      { kind: "unsubscribe", client: "c1", channel: "presence-a", gap: 20 },
      ...burst("n2", "news"),
    ]),
  ],
  [
    "what a node had sent before the others gave it up, and arrives after that, changes nothing",
    plan(false, [
      ...BOTH_PRESENT,
      breaks("redis-deaf", "n2", 3500, 20),
      { kind: "unsubscribe", client: "c2", channel: "presence-a", gap: 50 },
      subscribe("c2", "presence-a", 20),
    ]),
  ],
  [
    // Seed 319 found that it came twice.
    "an event that its node sends to Redis again, since the answer to it was lost, comes once to a client that has come back",
    plan(true, [
      connect("c2", "n2"),
      subscribe("c2", "presence-a", 200),
      { kind: "publish", caller: "api1", node: "n2", channel: "presence-a", message: "m1", gap: 100 },
      breaks("redis-mute", "n2", 1600, 450),
      { kind: "publish", caller: "api1", node: "n2", channel: "presence-a", message: "m2", gap: 5 },
      { kind: "cut", client: "c2", gap: 0 },
    ], 2),
  ],
  [
    "a node that has missed a change of the members asks for all of them with the next one",
    plan(false, [
      ...PRESENT,
      connect("c3", "n1"),
      { kind: "connect", client: "c4", node: "n1", gap: 100 },
      breaks("redis-unheard", "n2", 100, 20),
      subscribe("c3", "presence-a", 200),
      subscribe("c4", "presence-a", 100),
    ]),
  ],
  [
    // Seed 1720 found that no node reported it.
    "a channel that two nodes come to right after Redis has lost its data is reported as occupied",
    plan(false, [
      connect("c1", "n1"),
      connect("c2", "n2"),
      { kind: "fault", fault: "redis-flush", lasts: 100, gap: 40 },
      subscribe("c1", "private-desk", 9),
      subscribe("c2", "private-desk", 0),
    ], 2),
  ],
  [
    // Seed 879 found that the last report was that it is vacated; so it was with a member.
    "a channel is reported again whose node had no answer, where another node has reported meanwhile that it is vacated",
    plan(false, [
      connect("c1", "n1"),
      connect("c2", "n2"),
      subscribe("c1", "news", 200),
      breaks("redis-deaf", "n2", 2300, 50),
      subscribe("c2", "news", 900),
      leave("c1", "news"),
    ]),
  ],
  [
    "so is a member",
    plan(false, [
      connect("c1", "n1"),
      connect("c2", "n1"),
      connect("c5", "n2"),
      connect("c4", "n2"),
      ...["c1", "c2"].map((client) => subscribe(client, "presence-a", 20)),
      subscribe("c4", "presence-a", 200),
      breaks("redis-deaf", "n2", 1750, 50),
      subscribe("c5", "presence-a", 1050),
      leave("c2", "presence-a"),
    ]),
  ],
  [
    // Seed 1940 found this one and the next.
    "a departure is reported of which a node had told Redis just before that lost its data, and got no answer",
    plan(false, [
      connect("c4", "n1"),
      connect("c1", "n2"),
      subscribe("c4", "presence-a", 20),
      subscribe("c1", "news", 200),
      breaks("redis-deaf", "n1", 1700, 200),
      { kind: "fault", fault: "redis-flush", lasts: 100, gap: 950 },
      { kind: "close", client: "c4", gap: 0 },
    ], 3),
  ],
  [
    "a departure that waits until all nodes are back is reported also where they were back before this one had written again",
    plan(false, [
      connect("c1", "n1"),
      subscribe("c1", "presence-b", 20),
      breaks("redis-deaf", "n1", 1700, 0),
      { kind: "fault", fault: "redis-flush", lasts: 100, gap: 5 },
      { kind: "close", client: "c1", gap: 0 },
    ]),
  ],
  [
    // Seed 1163 found that the last report was that the member had left.
    "a member is reported again that a node brings back seconds after the others to a Redis without its data",
    plan(false, [
      connect("c2", "n1"),
      connect("c5", "n2"),
      connect("c1", "n1"),
      ...["c1", "c2"].map((client) => subscribe(client, "presence-a", 20)),
      subscribe("c5", "presence-a", 300),
      breaks("redis-refused", "n2", 7000, 10),
      { kind: "fault", fault: "redis-crash", lasts: 1500, gap: 500 },
      { kind: "close", client: "c2", gap: 0 },
    ]),
  ],
];
