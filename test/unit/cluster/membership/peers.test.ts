import { expect, test } from "bun:test";
import type { KnownNode } from "../../../../src/cluster/membership/node-lease.ts";
import { Peers } from "../../../../src/cluster/membership/peers.ts";
import { ClusterCounters } from "../../../../src/monitoring/cluster-counters.ts";

function open(): { readonly peers: Peers; readonly counters: ClusterCounters } {
  const counters = new ClusterCounters();
  return { peers: new Peers("own", counters), counters };
}

const node = (id: string): KnownNode => ({ id, description: undefined });

test("knows the others, not itself, each by its latest stay", () => {
  const { peers, counters } = open();
  peers.see([node("own.1"), node("a.1"), node("a.3"), node("a.2"), node("b.1")]);
  expect([peers.ids(), counters.nodes]).toEqual([["a.3", "b.1"], 3]);
  peers.meet(node("b.2"));
  peers.part("b.1");
  expect(peers.ids()).toEqual(["a.3", "b.2"]);
  peers.part("b.2");
  peers.look();
  peers.see([node("own.1")]);
  expect([peers.ids(), counters.nodes]).toEqual([[], 1]);
});

test("a node that enters or leaves while Redis is asked for the list is not forgotten, and not taken for alive", () => {
  const { peers } = open();
  peers.look();
  peers.see([node("leaving.1")]);
  peers.look();
  peers.meet(node("coming.1"));
  peers.part("leaving.1");
  // Redis answered before either happened.
  peers.see([node("leaving.1")]);
  expect(peers.ids()).toEqual(["coming.1"]);
  peers.look();
  peers.see([]);
  expect(peers.ids()).toEqual([]);
});
