import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { channelInfo } from "../../../../src/hub/channels/channel-info.ts";
import { channelTopic, partsOfTopic, userTopic, watchersTopic } from "../../../../src/hub/channels/topic.ts";
import { channelKind } from "../../../../src/protocol/channel-name.ts";

test("topics of different kinds and applications are never equal, and give back their application and channel", () => {
  const names = ["a", "user", "watchers", "user\u000bb", "#server-to-user-a"];
  const topics = ["1", "11", "1a"].flatMap((id) =>
    names.flatMap((name) => [channelTopic(id, name), userTopic(id, name), watchersTopic(id, name)])
  );
  expect(new Set(topics).size).toBe(topics.length);
  expect(partsOfTopic(channelTopic("1a", "user"))).toEqual({ applicationId: "1a", channel: "user" });
  expect(partsOfTopic(userTopic("1a", "a"))).toEqual({ applicationId: "1a", channel: undefined });
  expect(partsOfTopic(watchersTopic("1a", "a"))).toEqual({ applicationId: "1a", channel: undefined });
});

test("no name and no id, with any characters, makes the topic of another kind or application", () => {
  const applicationId = fc.stringMatching(/^[^\s/\\?#]{1,5}$/u);
  const piece = fc.constantFrom("\n", "#", "user", "watchers", "1", "a", "#user\n", "\n\nuser\n5", "\0");
  const name = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
  const subject = fc.record({
    make: fc.constantFrom(channelTopic, userTopic, watchersTopic),
    applicationId,
    name,
  });
  fc.assert(
    fc.property(subject, subject, (one, other) => {
      const topics = [one, other].map(({ make, applicationId, name }) => make(applicationId, name));
      const isSame = one.make === other.make && one.applicationId === other.applicationId &&
        one.name === other.name;
      expect(topics[0] === topics[1]).toBe(isSame);
      expect(partsOfTopic(topics[0]!)).toEqual({
        applicationId: one.applicationId,
        channel: one.make === channelTopic ? one.name : undefined,
      });
    }),
    { numRuns: 1000 },
  );
});

test("a channel has the attributes of its kind, in Reverb's order", () => {
  const all = new Set(["cache", "subscription_count", "user_count", "occupied", "nonsense"]);
  const tell = (name: string, subscriptions: number, users = 0, cachedFrame?: string): string =>
    JSON.stringify(channelInfo({ kind: channelKind(name), subscriptions, users, cachedFrame }, all));
  expect(tell("a", 3)).toBe('{"occupied":true,"subscription_count":3}');
  expect(tell("presence-a", 3, 1)).toBe('{"occupied":true,"user_count":1}');
  expect(tell("a", 0)).toBe('{"occupied":false}');
  expect(tell("presence-a", 0)).toBe('{"occupied":false}');
  expect(tell("cache-a", 3, 0, '{"event":"e","data":"{}","channel":"cache-a"}')).toBe(
    '{"occupied":true,"subscription_count":3,"cache":{"event":"e","data":"{}","channel":"cache-a"}}',
  );
  const facts = { kind: channelKind("a"), subscriptions: 1, users: 0, cachedFrame: '{"event":"e"}' };
  expect(channelInfo(facts, new Set())).toEqual({});
});
