import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { Channel, type Subscription } from "../../../../src/hub/channels/channel.ts";
import { OwnSubscription } from "../../../../src/hub/channels/subscription.ts";
import { Subscriptions } from "../../../../src/hub/channels/subscriptions.ts";
import { channelKind } from "../../../../src/protocol/channel-name.ts";

const CHANNELS = ["a", "b", "c"].map((name, index) =>
  new Channel("app", name, channelKind(name), undefined, index + 1)
);

test("the subscriptions of a connection are kept as in a map, in every order of coming and going", () => {
  const step = fc.record({
    channel: fc.constantFrom(...CHANNELS),
    isOwn: fc.boolean(),
    leaves: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
    const subscriptions = new Subscriptions(), model = new Map<string, Subscription>();
    for (const { channel, isOwn, leaves } of steps) {
      if (leaves) {
        subscriptions.delete(channel.name);
        model.delete(channel.name);
      } else {
        const subscription = isOwn ? new OwnSubscription(channel, undefined) : channel;
        subscriptions.set(subscription);
        model.set(channel.name, subscription);
      }
      expect(subscriptions.size).toBe(model.size);
      expect([...subscriptions.keys()]).toEqual([...model.keys()]);
      expect([...subscriptions.values()]).toEqual([...model.values()]);
      for (const { name } of CHANNELS) {
        expect(subscriptions.get(name)).toBe(model.get(name));
        expect(subscriptions.has(name)).toBe(model.has(name));
      }
    }
  }));
});
