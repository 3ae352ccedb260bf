import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readKept, withAddition } from "../../../src/hub/recovery/kept-connection.ts";
import { ApiClient } from "../../support/api-client.ts";
import { type Cluster, type ClusterNode, startCluster } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { succeeded } from "../../support/frames.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { ReturningPeer } from "../../support/returning-peer.ts";
import { socketPath } from "../../support/socket-client.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";

const isSkipped = skipWhen(!HAS_REDIS, NO_REDIS) ||
  skipWhen(serverTarget() !== "bun", "recovery in a cluster: tested on Bun alone");

describe.skipIf(isSkipped)("a client that comes back to another node", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({
      nodes: 2,
      env: {
        REVERB_APP_RECOVERY_ENABLED: "true",
        REVERB_APP_RECOVERY_REWIND: "rewound-*:3:60,cache-rewound-*:3:60",
        REVERB_APP_RECOVERY_HISTORY: "told-*:5:60",
        REVERB_APP_ALLOWED_ORIGINS: "*",
        // Half of it is what clients and calls wait by.
        REVERB_SCALING_COMMAND_TIMEOUT: "8",
      },
    });
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  let channels = 0;
  const fresh = (prefix = ""): string => `${prefix}news-${++channels}`;

  async function publish(node: ClusterNode, channel: string, ...numbers: readonly number[]): Promise<void> {
    for (const number of numbers) {
      const event = { name: "n", channels: [channel], data: `${number}` };
      expect((await new ApiClient(node).post("/events", event)).status).toBe(200);
    }
  }

  const event = (channel: string, number: number): string =>
    `{"event":"n","data":"${number}","channel":"${channel}"}`;
  const events = (channel: string, ...numbers: readonly number[]): string[] =>
    numbers.map((number) => event(channel, number));

  /** A client on a node that has got one event and has acknowledged it. */
  async function arrived(node: ClusterNode, channel: string): Promise<ReturningPeer> {
    const peer = await ReturningPeer.connect(node);
    await peer.subscribed(channel);
    await publish(node, channel, 1);
    expect(await peer.next()).toBe(event(channel, 1));
    await peer.acknowledge();
    return peer;
  }

  /** Cuts a connection, and waits until its node has told the others. */
  async function cutOff(peer: ReturningPeer): Promise<void> {
    peer.cut();
    const told = (): Promise<unknown> =>
      cluster.redis.command("GET", `resound:reverb:{return:${peer.resume}}`);
    await eventually(told, (text) => typeof text === "string" && readKept(text)?.isOpen !== true);
  }

  test("is sent what it has missed there, and nothing that it has", async () => {
    const channel = fresh(), [one, other] = [cluster.node(0), cluster.node(1)];
    using first = await arrived(one, channel);
    await cutOff(first);
    await publish(one, channel, 2);
    await publish(other, channel, 3);
    using second = await ReturningPeer.connect(other, { jar: first.jar });
    second.subscribe(channel);
    await publish(one, channel, 4);
    expect(await second.take(4)).toEqual([succeeded(channel), ...events(channel, 2, 3, 4)]);
    await second.acknowledge();
    await cutOff(second);
    await publish(other, channel, 5);

    using third = await ReturningPeer.connect(one, { jar: first.jar });
    third.subscribe(channel);
    expect(await third.take(2)).toEqual([succeeded(channel), ...events(channel, 5)]);
  });

  test("is sent again what it had not acknowledged, and events of each node in their order", async () => {
    const channel = fresh(), [one, other] = [cluster.node(0), cluster.node(1)];
    using first = await arrived(one, channel);
    first.isSilent = true;
    await publish(one, channel, 2);
    expect(await first.next()).toBe(event(channel, 2));
    await cutOff(first);
    // No node has a subscription to the channel.
    await publish(one, channel, 3);
    await publish(other, channel, 4);
    using second = await ReturningPeer.connect(other, { jar: first.jar });
    second.subscribe(channel);
    await publish(one, channel, 5);
    expect(await second.take(5)).toEqual([succeeded(channel), ...events(channel, 2, 3, 4, 5)]);
  });

  test("is sent it on the same node too, where it was the only subscriber", async () => {
    const channel = fresh(), [one, other] = [cluster.node(0), cluster.node(1)];
    using first = await arrived(one, channel);
    await cutOff(first);
    await publish(other, channel, 2, 3);
    using second = await ReturningPeer.connect(one, { jar: first.jar });
    second.subscribe(channel);
    expect(await second.take(3)).toEqual([succeeded(channel), ...events(channel, 2, 3)]);
  });

  test("without cookies goes on by the name of a connection that was cut before it had answered", async () => {
    const channel = fresh(), [one, other] = [cluster.node(0), cluster.node(1)];
    const path = (peer: ReturningPeer): string => `${socketPath("app-key")}&resume=${peer.resume}`;
    using first = await arrived(one, channel);
    await cutOff(first);
    await publish(one, channel, 2);
    using second = await ReturningPeer.connect(other, { path: path(first) });
    second.isSilent = true;
    second.subscribe(channel);
    expect(await second.take(2)).toEqual([succeeded(channel), event(channel, 2)]);
    await cutOff(second);
    await publish(other, channel, 3);
    using third = await ReturningPeer.connect(one, { path: path(second) });
    third.subscribe(channel);
    expect(await third.take(3)).toEqual([succeeded(channel), ...events(channel, 2, 3)]);
  });

  test("is told a gap where the log in Redis was evicted", async () => {
    const channel = fresh(), [one, other] = [cluster.node(0), cluster.node(1)];
    using first = await arrived(one, channel);
    await cutOff(first);
    await publish(one, channel, 2);
    await cluster.redis.command("DEL", `resound:reverb:{app-id\n${channel}}:log`);
    using second = await ReturningPeer.connect(other, { jar: first.jar });
    second.subscribe(channel);
    const gap = `{"event":"resound:gap","data":"{\\"reason\\":\\"trimmed\\"}","channel":"${channel}"}`;
    expect(await second.take(2)).toEqual([succeeded(channel), gap]);
  });

  test("is rid of names that are old and unknown to all nodes, and keeps those that a node knows", async () => {
    const channel = fresh(), [one, other] = [cluster.node(0), cluster.node(1)];
    using first = await arrived(one, channel);
    const [known = ""] = first.jar.keys(), tag = known.split("-")[1];
    const minutesAgo = (minutes: number): string => Math.floor(Date.now() / 1000 - 60 * minutes).toString(36);
    const made = (minutes: number, index: number): string =>
      `resound-${tag}-${minutesAgo(minutes)}-${String(index).padStart(16, "x")}`;
    const unknown = [0, 1, 2, 3, 4].map((index) => made(5, index)), ended = made(5, 5), young = made(0, 6);
    const foreign = `resound-00000000-${minutesAgo(5)}-${"x".repeat(16)}`;
    // As a node leaves it whose client has come back under another name.
    await cluster.redis.command("SET", `resound:reverb:{return:${ended}}`, "", "PX", 60_000);
    await cutOff(first);
    const names = [known, ...unknown, ended, young, foreign];
    const jar = new Map(names.map((name) => [name, "1"]));
    const deletedBy = ({ setCookies }: ReturningPeer): string[] =>
      setCookies.filter((cookie) => cookie.endsWith("; Max-Age=0"));
    let second = await ReturningPeer.connect(other, { jar });
    // A handshake waits for Redis no longer than a moment, and deletes nothing without it.
    while (deletedBy(second).length === 0) {
      await cutOff(second);
      second = await ReturningPeer.connect(other, { jar });
    }
    const deleted = deletedBy(second);
    expect(deleted.map((cookie) => cookie.slice(0, cookie.indexOf("=")))).toEqual(unknown);
    for (const name of [known, ended, young, foreign]) expect(jar.has(name)).toBe(true);
    second.subscribe(channel);
    await publish(one, channel, 2);
    expect(await second.take(2)).toEqual([succeeded(channel), event(channel, 2)]);
    second.cut();
  });

  test("a new subscriber of a channel with rewind gets the last events of all nodes, on each node", async () => {
    const channel = fresh("rewound-"), [one, other] = [cluster.node(0), cluster.node(1)];
    await publish(one, channel, 1, 2, 3);
    await publish(other, channel, 4);
    for (const node of [other, one]) {
      using peer = await ReturningPeer.connect(node);
      peer.subscribe(channel);
      expect(await peer.take(4)).toEqual([succeeded(channel), ...events(channel, 2, 3, 4)]);
      // None of them twice to a client that subscribes again.
      peer.send({ event: "pusher:unsubscribe", data: { channel } });
      peer.subscribe(channel);
      expect(await peer.next()).toBe(succeeded(channel));
      peer.close(1000);
    }
    using live = await ReturningPeer.connect(one);
    live.subscribe(channel);
    expect(await live.take(4)).toEqual([succeeded(channel), ...events(channel, 2, 3, 4)]);
    await publish(other, channel, 5);
    expect(await live.next()).toBe(event(channel, 5));
    await live.acknowledge();
    await live.roundTrip();
    await cutOff(live);
    await publish(one, channel, 6);
    // What it had is not sent again, though it is among the last events.
    using back = await ReturningPeer.connect(other, { jar: live.jar });
    back.subscribe(channel);
    expect(await back.take(2)).toEqual([succeeded(channel), event(channel, 6)]);
  });

  test("on a cache channel the last events take the place of the cached one, on each node", async () => {
    const channel = fresh("cache-rewound-"), [one, other] = [cluster.node(0), cluster.node(1)];
    await publish(one, channel, 1, 2);
    using peer = await ReturningPeer.connect(other);
    peer.subscribe(channel);
    await publish(one, channel, 3);
    expect(await peer.take(4)).toEqual([succeeded(channel), ...events(channel, 1, 2, 3)]);
  });

  interface Page {
    readonly events: { readonly name: string; readonly data: string; readonly position: string }[];
    readonly position: string;
    readonly complete: boolean;
    readonly source?: string;
  }
  async function history(
    node: ClusterNode,
    channel: string,
    query: Record<string, string> = {},
  ): Promise<Page> {
    return (await new ApiClient(node).get(`/channels/${channel}/history`, query)).json() as Page;
  }
  const dataOf = ({ events, complete }: Page): unknown[] => [events.map(({ data }) => data), complete];

  test("the API reads the same history on each node, and positions hold on all of them", async () => {
    const channel = fresh("told-"), [one, other] = [cluster.node(0), cluster.node(1)];
    const empty = await history(other, channel);
    expect(dataOf(empty)).toEqual([[], true]);
    await publish(one, channel, 1, 2);
    await publish(other, channel, 3);
    const all = await history(one, channel);
    expect(dataOf(all)).toEqual([["1", "2", "3"], true]);
    expect(await history(other, channel)).toEqual(all);
    expect(dataOf(await history(one, channel, { since: empty.position }))).toEqual([["1", "2", "3"], true]);
    const [first] = all.events;
    const page = await history(other, channel, { since: first!.position, limit: "1" });
    expect(dataOf(page)).toEqual([["2"], true]);
    expect(dataOf(await history(one, channel, { since: page.position }))).toEqual([["3"], true]);
    expect(dataOf(await history(one, channel, { since: all.position }))).toEqual([[], true]);
    await publish(one, channel, 4, 5, 6, 7);
    const late = await history(other, channel, { since: first!.position });
    expect(dataOf(late)).toEqual([["3", "4", "5", "6", "7"], false]);
    expect(dataOf(await history(one, channel, { since: "a-1" }))).toEqual([["3", "4", "5", "6", "7"], false]);
    // As when Redis has evicted it.
    await cluster.redis.command("DEL", `resound:reverb:{app-id\n${channel}}:log`);
    const evicted = await history(other, channel, { since: late.position });
    expect(dataOf(evicted)).toEqual([[], false]);
    await publish(one, channel, 8);
    expect(dataOf(await history(other, channel, { since: evicted.position }))).toEqual([["8"], true]);
  });

  test("the API says that a history is from the memory of one node when Redis does not answer", async () => {
    const channel = fresh("told-"), one = cluster.node(0);
    await publish(one, channel, 1, 2);
    cluster.redis.freeze();
    const page = await history(one, channel).finally(() => cluster.redis.thaw());
    expect([...dataOf(page), page.source]).toEqual([["1", "2"], false, "memory"]);
    // Its positions hold where it was read.
    const later = await eventually(
      () => history(one, channel, { since: page.events[0]!.position }),
      ({ source }) => source === undefined,
    );
    expect(later.events.map(({ data }) => data)).toContain("2");
  });

  test("API calls wait half the command timeout for a Redis that does not answer, and count the event as unlogged", async () => {
    const channel = fresh(), one = cluster.node(0), api = new ApiClient(one);
    using peer = await arrived(one, channel);
    const unlogged = (): Promise<number> => one.metric("resound_bus_unlogged_events_total"),
      before = await unlogged();
    cluster.redis.freeze();
    const call = api.post("/events", { name: "n", channels: [channel], data: "2" });
    expect(await Promise.race([peer.next(), call])).toBe(event(channel, 2));
    expect((await call).status).toBe(200);
    expect(await unlogged()).toBe(before + 1);
    cluster.redis.thaw();
    await publish(one, channel, 3);
    expect(await peer.next()).toBe(event(channel, 3));
  });

  /** The id up to which a connection has everything on a channel, as its node has left it in Redis. */
  async function idOf(name: string, channel: string): Promise<string | undefined> {
    const text = await cluster.redis.command("GET", `resound:reverb:{return:${name}}`);
    const kept = typeof text === "string" ? readKept(text) : undefined;
    if (kept === undefined) return undefined;
    const addition = await cluster.redis.command("HGET", `resound:reverb:{return:${kept.place}}:open`, name);
    const { ids } = withAddition(kept, typeof addition === "string" ? addition : undefined);
    return ids.find(([each]) => each === channel)?.[1];
  }

  test("loses no event that was answered when its node is killed", async () => {
    const channel = fresh(), [one, other] = [cluster.node(0), cluster.node(1)];
    using first = await arrived(one, channel);
    // Each second it is written what has arrived.
    await eventually(() => idOf(first.resume!, channel), (id) => id !== undefined && id !== "");
    await publish(one, channel, 2, 3);
    await one.kill();
    await publish(other, channel, 4);
    using second = await ReturningPeer.connect(other, { jar: first.jar });
    second.subscribe(channel);
    const frames = await second.take(2);
    expect(frames[0]).toBe(succeeded(channel));
    // What had arrived within the last second may come twice.
    if (frames[1] === event(channel, 1)) frames.push(await second.next());
    expect([frames.at(-1), ...await second.take(2)]).toEqual(events(channel, 2, 3, 4));
  });
});
