import { expect, test } from "bun:test";
import { Channel } from "../../../../src/hub/channels/channel.ts";
import { SubscriptionCounts } from "../../../../src/hub/channels/subscription-counts.ts";
import { channelKind } from "../../../../src/protocol/channel-name.ts";

/** Counts of one channel, with the counts that they announce; `summed` adds what the other nodes have. */
function countsOf(name: string, summed: (here: number) => number = (here) => here) {
  const channel = new Channel("app-id", name, channelKind(name), undefined, 1), announced: number[] = [];
  const counts = new SubscriptionCounts((each) => {
    announced.push(each.subscriptionCount);
    each.announcedEverywhere(summed(each.subscriptionCount));
  });
  const change = (to: number): void => {
    channel.subscriptionCount = to;
    counts.changed(channel, { id: "1.1", address: "127.0.0.1", userId: undefined, closing: false });
  };
  return { change, flush: () => counts.flush(), announced: () => announced.splice(0) };
}

test("a small channel announces each change, a large one once, with the next flush", () => {
  const { change, flush, announced } = countsOf("c");
  change(1);
  change(100);
  expect(announced()).toEqual([1, 100]);
  change(101);
  change(150);
  expect(announced()).toEqual([]);
  flush();
  flush();
  expect(announced()).toEqual([150]);

  // Small again: announced at once, and not again by the flush.
  change(151);
  change(99);
  flush();
  expect(announced()).toEqual([99]);

  // That the last subscription is gone is announced at once, for the other nodes.
  change(101);
  change(0);
  flush();
  expect(announced()).toEqual([0]);
});

test("a channel that is large through other nodes announces with the flush", () => {
  const { change, flush, announced } = countsOf("c", (here) => here + 100);
  change(1);
  expect(announced()).toEqual([1]);
  change(2);
  expect(announced()).toEqual([]);
  flush();
  expect(announced()).toEqual([2]);
});

test("presence channels announce no counts, since they announce their members", () => {
  const { change, flush, announced } = countsOf("presence-c");
  change(3);
  flush();
  expect(announced()).toEqual([]);
});
