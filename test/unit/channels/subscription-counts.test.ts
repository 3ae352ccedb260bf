import { expect, test } from "bun:test";
import { SubscriptionCounts } from "../../../src/channels/subscription-counts.ts";
import { FakeHub } from "../../support/fake-hub.ts";

/** The count that a frame tells. */
function count(frame: string): number {
  const { data } = JSON.parse(frame) as { data: string };
  return (JSON.parse(data) as { subscription_count: number }).subscription_count;
}

test("a small channel is told of each change, a large one with the next flush, once", () => {
  const fake = new FakeHub();
  const counts = new SubscriptionCounts(fake.hub.delivery);
  const channel = fake.hub.channels.findOrCreate("c");
  const { socket } = fake.connect();
  socket.subscribe(channel.topic);
  const change = (to: number): void => {
    channel.subscriptionCount = to;
    counts.changed(channel);
  };

  change(1);
  change(100);
  expect(socket.take().map(count)).toEqual([1, 100]);
  change(101);
  change(150);
  expect(socket.take()).toEqual([]);
  counts.flush();
  counts.flush();
  expect(socket.take().map(count)).toEqual([150]);

  // Small again: told at once, and not once more by the flush.
  change(151);
  change(99);
  expect(socket.take().map(count)).toEqual([99]);
  counts.flush();
  expect(socket.take()).toEqual([]);

  change(101);
  change(0);
  counts.flush();
  expect(socket.take()).toEqual([]);
});

test("presence channels tell of their members instead", () => {
  const fake = new FakeHub();
  const counts = new SubscriptionCounts(fake.hub.delivery);
  const channel = fake.hub.channels.findOrCreate("presence-c");
  const { socket } = fake.connect();
  socket.subscribe(channel.topic);
  channel.subscriptionCount = 3;
  counts.changed(channel);
  counts.flush();
  expect(socket.take()).toEqual([]);
});
