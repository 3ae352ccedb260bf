import { expect, test } from "bun:test";
import { Channel } from "../../../../src/hub/channels/channel.ts";
import { SubscriptionCounts } from "../../../../src/hub/channels/subscription-counts.ts";
import { channelKind } from "../../../../src/protocol/channel-name.ts";

/** Counts of one channel, with what they report; `told` is what the cluster makes of a report. */
function countsOf(name: string, told: (here: number) => number = (here) => here) {
  const channel = new Channel(name, channelKind(name), name, undefined), reported: number[] = [];
  const counts = new SubscriptionCounts((each) => {
    reported.push(each.subscriptionCount);
    each.toldCount = told(each.subscriptionCount);
  });
  const change = (to: number): void => {
    channel.subscriptionCount = to;
    counts.changed(channel);
  };
  return { change, flush: () => counts.flush(), reported: () => reported.splice(0) };
}

test("a small channel is told of each change, a large one with the next flush, once", () => {
  const { change, flush, reported } = countsOf("c");
  change(1);
  change(100);
  expect(reported()).toEqual([1, 100]);
  change(101);
  change(150);
  expect(reported()).toEqual([]);
  flush();
  flush();
  expect(reported()).toEqual([150]);

  // Small again: told at once, and not once more by the flush.
  change(151);
  change(99);
  flush();
  expect(reported()).toEqual([99]);

  // The last one's leaving is told at once, for the other nodes.
  change(101);
  change(0);
  flush();
  expect(reported()).toEqual([0]);
});

test("a channel that is large through other nodes is told with the flush", () => {
  const { change, flush, reported } = countsOf("c", (here) => here + 100);
  change(1);
  expect(reported()).toEqual([1]);
  change(2);
  expect(reported()).toEqual([]);
  flush();
  expect(reported()).toEqual([2]);
});

test("presence channels tell of their members instead", () => {
  const { change, flush, reported } = countsOf("presence-c");
  change(3);
  flush();
  expect(reported()).toEqual([]);
});
