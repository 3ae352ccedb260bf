import { expect, test } from "bun:test";
import { channelInfo } from "../../../src/channels/channel-info.ts";
import { ChannelRegistry } from "../../../src/channels/channel-registry.ts";
import { channelTopic, userTopic, watchersTopic } from "../../../src/channels/topic.ts";
import { parseMemberData } from "../../../src/protocol/member-data.ts";

test("a channel is there from its first subscription to its last", () => {
  const channels = new ChannelRegistry("app");
  const channel = channels.findOrCreate("presence-cache-a");
  expect(channels.findOrCreate("presence-cache-a")).toBe(channel);
  expect(channels.find("presence-cache-a")).toBe(channel);
  expect([channel.kind.access, channel.kind.cached, channel.roster?.userCount]).toEqual([
    "presence",
    true,
    0,
  ]);
  channel.subscriptionCount = 1;
  channels.releaseIfVacant(channel);
  expect([...channels]).toEqual([channel]);
  channel.subscriptionCount = 0;
  channels.releaseIfVacant(channel);
  expect([channels.size, channels.find("presence-cache-a")]).toEqual([0, undefined]);
});

test("topics of different kinds and applications never meet", () => {
  const names = ["a", "user", "watchers", "user\u000bb", "#server-to-user-a"];
  const topics = ["1", "11", "1a"].flatMap((id) =>
    names.flatMap((name) => [channelTopic(id, name), userTopic(id, name), watchersTopic(id, name)])
  );
  expect(new Set(topics).size).toBe(topics.length);
});

test("what is told of a channel fits its kind, in Reverb's order", () => {
  const channels = new ChannelRegistry("app");
  const all = new Set(["cache", "subscription_count", "user_count", "occupied", "nonsense"]);
  const open = channels.findOrCreate("a"), presence = channels.findOrCreate("presence-a");
  open.subscriptionCount = 3;
  presence.subscriptionCount = 3;
  presence.roster!.join(parseMemberData('{"user_id":1}')!);
  expect(JSON.stringify(channelInfo(open, undefined, all))).toBe('{"occupied":true,"subscription_count":3}');
  expect(JSON.stringify(channelInfo(presence, undefined, all))).toBe('{"occupied":true,"user_count":1}');
  expect(JSON.stringify(channelInfo(undefined, undefined, all))).toBe('{"occupied":false}');
  expect(JSON.stringify(channelInfo(open, '{"event":"e","data":"{}","channel":"a"}', all))).toBe(
    '{"occupied":true,"subscription_count":3,"cache":{"event":"e","data":"{}","channel":"a"}}',
  );
  expect(channelInfo(open, '{"event":"e"}', new Set())).toEqual({});
});
