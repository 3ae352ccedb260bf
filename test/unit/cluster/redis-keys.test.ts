import { expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { channelTopic, userTopic, watchersTopic } from "../../../src/hub/channels/topic.ts";
import { RedisKeys } from "../../../src/cluster/redis-keys.ts";
import { keySlot } from "../../../src/redis/key-slot.ts";

/** Names as they may come from applications and clients, braces among them. */
const names = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30 }),
  fc.stringMatching(/^[{}a-z]{1,8}$/),
).filter((name) => !name.includes("\n"));

test("all keys of one topic are in one slot, with any braces in its name", () => {
  fc.assert(fc.property(names, names, names, (application, name, node) => {
    const keys = new RedisKeys("resound:", 3);
    for (const make of [channelTopic, userTopic, watchersTopic]) {
      const topic = make(application, name),
        { members, references, version, holds } = keys.presence(topic, node);
      const slots = [
        members,
        references,
        version,
        holds,
        keys.channel(topic),
        keys.counts(topic),
        keys.event(topic),
      ]
        .map(keySlot);
      expect(new Set(slots).size).toBe(1);
    }
  }));
});

test("the keys of the list of nodes are in one slot", () => {
  const keys = new RedisKeys("resound:", 0);
  expect(keySlot(keys.leases)).toBe(keySlot(keys.nodes));
});

test("a topic is found again from its channel", () => {
  fc.assert(fc.property(names, names, (application, name) => {
    const keys = new RedisKeys("app:", 12), topic = channelTopic(application, name);
    expect(keys.topicOf(keys.channel(topic))).toBe(topic);
    expect(keys.channel(topic)).not.toBe(keys.control);
  }));
});

test("different things never have one key", () => {
  fc.assert(fc.property(names, names, names, (application, name, other) => {
    fc.pre(name !== other);
    const keys = new RedisKeys("resound:", 0);
    const of = (topic: string): string[] => [
      ...Object.values(keys.presence(topic, "a.1")),
      keys.counts(topic),
      keys.event(topic),
    ];
    const node = keys.node("a.1");
    const all = [
      ...of(channelTopic(application, name)),
      ...of(channelTopic(application, other)),
      ...of(userTopic(application, name)),
      ...of(watchersTopic(application, name)),
      keys.connections(application),
      node.presences,
      node.counted,
      node.applications,
      node.channels(application),
      keys.leases,
      keys.nodes,
    ];
    expect(new Set(all).size).toBe(all.length);
  }));
});

test("installations that differ in the prefix or the database alone do not hear each other", () => {
  const channels = [["app", 0], ["app", 1], ["app", 10], ["app1", 0], ["app1", 1], ["appdb1", 1]] as const;
  const all = channels.map(([prefix, database]) => new RedisKeys(prefix, database).channel("app\nnews"));
  expect(new Set(all).size).toBe(all.length);
});

test("everything begins with the prefix, and nothing is called as Reverb's own channel", () => {
  const keys = new RedisKeys("shop:", 0), node = keys.node("a.1");
  const all = [
    keys.control,
    keys.leases,
    keys.nodes,
    keys.channel("app\nnews"),
    ...Object.values(keys.presence("app\nnews", "a.1")),
    keys.counts("app\nnews"),
    keys.event("app\nnews"),
    keys.connections("app"),
    node.presences,
    node.channels("app"),
  ];
  for (const key of all) expect(key).toStartWith("shop:");
  expect(new RedisKeys("reverb", 0).control).not.toBe("reverb");
});
