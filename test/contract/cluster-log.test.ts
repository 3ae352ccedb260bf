import { expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { RedisKeys } from "../../src/cluster/redis-keys.ts";
import { PUBLISH_LOGGED } from "../../src/cluster/events/log-scripts.ts";
import { eventRest } from "../../src/cluster/events/wire-message.ts";
import type { RedisLink } from "../../src/redis/redis-link.ts";
import { compareIds, type EventLogging } from "../../src/hub/cluster/cluster-log.ts";
import { describeNodes } from "./cluster-nodes.ts";
import type { NodeProbe } from "./cluster-probe.ts";
import { LinkProbe } from "./link-probe.ts";
import { REDIS_KINDS } from "./redis-settings.ts";

const TOPIC = "app\nnews";
const KEPT = { events: 100, seconds: 60 };
const LOGGING: EventLogging = { ...KEPT, position: 7, begins: false };

const KINDS = ["a server with a password and a database number", "a Redis Cluster of three masters"];

describeNodes(REDIS_KINDS.filter(({ name }) => KINDS.includes(name)), (nodes) => {
  /** Follows the topic; returns the id from which on its events have one. */
  async function follow(node: NodeProbe): Promise<string> {
    await node.listen(TOPIC);
    expect(node.cluster.log!.follow(TOPIC, KEPT)).toBe(true);
    const [first] = await eventually(() => node.logged, (logged) => logged.length > 0);
    expect(first).toStartWith("from ");
    return first!.slice("from ".length);
  }

  /** Runs commands beside the nodes. */
  async function beside<T>(run: (link: RedisLink, keys: RedisKeys) => Promise<T>): Promise<T> {
    await using probe = new LinkProbe(nodes.redis.config);
    await probe.next("up");
    return await run(probe.link, new RedisKeys(nodes.prefix, nodes.redis.config.database));
  }

  const ids = (node: NodeProbe): (string | undefined)[] => node.logged.map((line) => line.split(" ").at(-1));

  test("gives each logged event an id, the same on every node that follows the topic", async () => {
    const [one, two] = await nodes.two();
    await using _one = one, _two = two;
    const first = await follow(one);
    expect(await follow(two)).toBe(first);
    one.cluster.events.publish(TOPIC, "1", undefined, LOGGING);
    await one.cluster.events.confirmed();
    two.cluster.events.publishCached(TOPIC, "2", "1.1", LOGGING);
    await eventually(() => [one.logged, two.logged], (both) => both.every(({ length }) => length === 3));
    expect(one.logged[1]).toStartWith("own 7 ");
    expect(one.logged[2]).toStartWith("2 ");
    expect(two.logged[1]).toStartWith("1 ");
    expect(ids(one)).toEqual(ids(two));

    const page = await two.cluster.log!.read(TOPIC, first);
    const [, id1, id2] = ids(one);
    expect(page).toMatchObject({
      events: [{ id: id1!, frame: "1" }, { id: id2!, frame: "2", exceptSocketId: "1.1" }],
      head: id2!,
    });
    expect((await one.cluster.log!.read(TOPIC, id2!))!.events).toEqual([]);
    expect(two.cache.get(TOPIC)).toBe("2");
  });

  test("logs nothing where no node follows the topic, unless the log begins with the event", async () => {
    const [one, two] = await nodes.two();
    await using _one = one, _two = two;
    await two.listen(TOPIC);
    one.cluster.events.publish(TOPIC, "1", undefined, LOGGING);
    await one.cluster.events.confirmed();
    expect(await one.cluster.log!.read(TOPIC, "0-0")).toBeUndefined();
    one.cluster.events.publish(TOPIC, "2", undefined, { ...LOGGING, begins: true });
    await one.cluster.events.confirmed();
    expect((await one.cluster.log!.read(TOPIC, "0-0"))!.events.map(({ frame }) => frame)).toEqual(["2"]);
    await eventually(() => two.heard, (heard) => heard.length === 2);
  });

  test("a node that an event has not reached reads it, and delivers it in its place", async () => {
    const [one, two] = await nodes.two();
    await using _one = one, _two = two;
    await follow(two);
    // Its message goes elsewhere.
    await beside(async (link, keys) => {
      const rest = eventRest(1, undefined, "1"), elsewhere = keys.channel(`${TOPIC}-elsewhere`);
      const args = [elsewhere, "PUBLISH", "E", "other", 0, rest, KEPT.events, KEPT.seconds * 1000, ""];
      await link.run([{ script: PUBLISH_LOGGED, keys: [keys.log(TOPIC)], args }]);
    });
    one.cluster.events.publish(TOPIC, "2", undefined, LOGGING);
    one.cluster.events.publish(TOPIC, "3", undefined, LOGGING);
    await eventually(() => two.heard, (heard) => heard.length === 3);
    expect(two.heard.map((heard) => heard.type === "event" && heard.frame)).toEqual(["1", "2", "3"]);
    const numbers = ids(two).slice(1) as string[];
    expect(numbers).toHaveLength(3);
    expect(numbers.toSorted(compareIds)).toEqual(numbers);
  });

  test("has an event once whose publisher sends it again, and brings it to no client twice", async () => {
    const [one, two] = await nodes.two();
    await using _one = one, _two = two;
    const publish = (again: string, ...to: string[]): Promise<unknown> =>
      beside(async (link, keys) => {
        const rest = eventRest(1, undefined, "1"), channel = keys.channel([TOPIC, ...to].join("-"));
        const args = [channel, "PUBLISH", "E", "other", 0, rest, KEPT.events, KEPT.seconds * 1000, "1"];
        return (await link.run([{
          script: PUBLISH_LOGGED,
          keys: [keys.log(TOPIC)],
          args: [...args, "", "", again],
        }]))[0];
      });
    const first = await follow(one);
    // One node has heard of it, and the other has come after it: its first message goes elsewhere.
    const id = await publish("", "elsewhere");
    await follow(two);
    expect(await publish("1")).toBe(id);
    expect(await publish("1")).toBe(id);
    two.cluster.events.publish(TOPIC, "2", undefined, LOGGING);
    await eventually(
      () => [one.heard.length, two.logged.length],
      ([heard, logged]) => heard === 2 && logged === 2,
    );
    expect(one.heard.map((heard) => heard.type === "event" && heard.frame)).toEqual(["1", "2"]);
    expect(two.heard).toEqual([]);
    const { events } = (await two.cluster.log!.read(TOPIC, first))!;
    expect(events.map(({ frame }) => frame)).toEqual(["1", "2"]);
  });

  test("says that nothing can be proved where the log was evicted, and begins anew", async () => {
    await using node = await nodes.one();
    const first = await follow(node);
    await beside((link, keys) => link.run([["DEL", keys.log(TOPIC)]]));
    node.cluster.events.publish(TOPIC, "1", undefined, LOGGING);
    await eventually(() => node.logged, (logged) => logged.length === 3);
    expect(node.logged[1]).toBe("lost");
    expect(node.logged[2]).toStartWith("from ");
    expect(await node.cluster.log!.read(TOPIC, first)).toBeUndefined();
  });

  test("says so where the log was cut shorter, or its key is of another type", async () => {
    await using node = await nodes.one();
    const first = await follow(node);
    for (const frame of ["1", "2", "3"]) {
      node.cluster.events.publish(TOPIC, frame, undefined, { ...LOGGING, events: 2 });
    }
    await node.cluster.events.confirmed();
    await eventually(() => node.logged, (logged) => logged.length === 4);
    expect(await node.cluster.log!.read(TOPIC, first)).toBeUndefined();
    const second = ids(node)[1]!;
    expect((await node.cluster.log!.read(TOPIC, second))!.events.map(({ frame }) => frame)).toEqual([
      "2",
      "3",
    ]);
    await beside((link, keys) => link.run([["SET", keys.log(TOPIC), "text"]]));
    expect(await node.cluster.log!.read(TOPIC, second)).toBeUndefined();
  });

  test("an event that there is no room for ends the log", async () => {
    await using node = await nodes.one();
    const first = await follow(node);
    node.cluster.events.publish(TOPIC, "1", undefined, { ...LOGGING, events: 0 });
    await node.cluster.events.confirmed();
    expect(await node.cluster.log!.read(TOPIC, first)).toBeUndefined();
  });

  test("reads a part of a log, on a node that does not follow it too", async () => {
    const [one, two] = await nodes.two();
    await using _one = one, _two = two;
    const within = { events: 3, seconds: 60 };
    const read = async (since?: string, limit = 10) => {
      const range = await two.cluster.log!.readRange(TOPIC, { within, since, limit }, 60);
      return { ...range!, frames: range!.events.map(({ frame }) => frame) };
    };
    const empty = await read();
    expect(empty).toMatchObject({ frames: [], begin: empty.head, end: empty.head, isComplete: true });
    for (const frame of ["1", "2"]) one.cluster.events.publish(TOPIC, frame, undefined, LOGGING);
    await one.cluster.events.confirmed();
    const both = await read(empty.head);
    expect(both).toMatchObject({ frames: ["1", "2"], begin: empty.head, end: both.head, isComplete: true });
    const [first] = both.events;
    expect(await read(first!.id)).toMatchObject({ frames: ["2"], begin: first!.id, isComplete: true });
    expect(await read(undefined, 1)).toMatchObject({ frames: ["2"], begin: first!.id, isComplete: true });
    expect(await read(empty.head, 1)).toMatchObject({ frames: ["1"], end: first!.id, isComplete: true });
    expect(await read(both.head)).toMatchObject({ frames: [], end: both.head, isComplete: true });
    for (const frame of ["3", "4"]) one.cluster.events.publish(TOPIC, frame, undefined, LOGGING);
    await one.cluster.events.confirmed();
    // The first one is not among the last three.
    expect(await read(empty.head)).toMatchObject({ frames: ["2", "3", "4"], isComplete: false });
    expect(await read()).toMatchObject({ frames: ["2", "3", "4"], begin: first!.id, isComplete: true });
    expect(await read("1-0")).toMatchObject({ frames: ["2", "3", "4"], isComplete: false });
  });

  test("keeps what is known of connections for all nodes, and brings questions and answers", async () => {
    const [one, two] = await nodes.two();
    await using _one = one, _two = two;
    one.cluster.log!.names.keep("name", "text", 60);
    await eventually(
      () => two.cluster.log!.names.find(["other", "name"]),
      (found) => found?.[0] === undefined && found?.[1] === "text",
    );
    const { place } = one.cluster.log!.names;
    expect(place).not.toBe(two.cluster.log!.names.place);
    one.cluster.log!.names.add([["name", "1"], ["second", "2"]], 60);
    one.cluster.log!.names.add([["name", "3"]], 60);
    await eventually(
      () => two.cluster.log!.names.additions([[place, "second"], [place, "name"], ["none", "name"]]),
      (found) => found?.[0] === "2" && found[1] === "3" && found[2] === undefined,
    );
    one.cluster.log!.names.end(["name"]);
    await eventually(
      () => two.cluster.log!.names.additions([[place, "name"], [place, "second"]]),
      (found) => found?.[0] === undefined && found?.[1] === "2",
    );
    two.cluster.log!.names.recall("app", "name");
    await eventually(() => one.logged, (logged) => logged.includes("recalled app name"));
    one.cluster.log!.names.answerRecall("app", "name", true);
    await eventually(() => two.logged, (logged) => logged.includes("name true"));
    expect([...one.logged, ...two.logged]).toHaveLength(2);
  });
});
