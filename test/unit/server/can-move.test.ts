import { expect, test } from "bun:test";
import type { NodeDescription } from "../../../src/cluster/membership/node-description.ts";
import type { KnownNode } from "../../../src/cluster/membership/node-lease.ts";
import { canMove, type MoveParts, noticeSeconds } from "../../../src/server/can-move.ts";

/** A node on a machine of its own, unless a test says otherwise. */
function node(id: string, replaced: Partial<NodeDescription> = {}): KnownNode {
  const plain = { host: id, pid: 1, address: "0.0.0.0:8080", version: "1", startedAt: 0 };
  return { id, description: { ...plain, isDraining: false, connections: {}, ...replaced } };
}

function parts(nodes: readonly KnownNode[] | undefined, replaced: Partial<MoveParts> = {}): MoveParts {
  const settings = { reusePort: false, drainDelay: "auto" } as const;
  return { settings, port: 1, nodes, worker: undefined, siblingsStay: false, ...replaced };
}

const one = node("one"), other = node("other"), leaving = node("leaving", { isDraining: true });
const worker = (id: string, parent = process.ppid): KnownNode => node(id, { host: "one", parent, worker: 2 });

const cases: readonly (readonly [string, MoveParts, boolean, number])[] = [
  ["alone", parts(undefined), false, 0],
  ["alone in its cluster", parts([one]), false, 0],
  ["another node serves on", parts([one, other]), true, 1],
  ["all others stop too", parts([one, leaving]), false, 0],
  ["one of the others serves on", parts([one, leaving, other]), true, 1],
  [
    "another worker serves on",
    parts([worker("w1"), worker("w2")], { worker: 1, siblingsStay: true }),
    true,
    0,
  ],
  ["all workers stop", parts([worker("w1"), worker("w2")], { worker: 1 }), false, 0],
  [
    "all workers stop since their parent was killed",
    parts([worker("w1", 9), worker("w2", 9)], { worker: 1 }),
    false,
    0,
  ],
  [
    "all workers stop, another machine serves on",
    parts([worker("w1"), worker("w2"), other], { worker: 1 }),
    true,
    1,
  ],
];

test.each(cases)("%s", (_, moving, moves, seconds) => {
  expect([canMove(moving), noticeSeconds(moving)]).toEqual([moves, seconds]);
});

test("a number in drain_delay holds in any case", () => {
  for (const drainDelay of [0, 7]) {
    const settings = { reusePort: false, drainDelay };
    expect([[one], [one, other]].map((nodes) => noticeSeconds(parts(nodes, { settings })))).toEqual([
      drainDelay,
      drainDelay,
    ]);
  }
});
