import { expect, test } from "bun:test";
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
