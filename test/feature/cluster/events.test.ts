import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { eventually } from "../../support/eventually.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { succeeded } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useCluster } from "../../support/use-server.ts";

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("events over three nodes", () => {
  const api = (index: number): ApiClient => new ApiClient(cluster.node(index));
  /** A client of each node on a channel. */
  const everywhere = async (channel: string): Promise<Peer[]> => {
    const peers = await Promise.all([0, 1, 2].map((index) => Peer.connect(cluster.node(index))));
    for (const peer of peers) expect(await peer.subscribe(channel)).toBe(succeeded(channel));
    return peers;
  };
  const cluster = useCluster();

  test("every subscriber gets each event once, in order for each publisher", async () => {
    const peers = await everywhere("orders");
    const perPublisher = 60;
    await Promise.all([0, 1, 2].map(async (index) => {
      for (let number = 0; number < perPublisher; number++) {
        const answer = await api(index).trigger("orders", `from-${index}`, String(number));
        expect(answer.status).toBe(200);
      }
    }));
    for (const peer of peers) {
      const frames = (await peer.nextFrames(3 * perPublisher)).map((raw) =>
        JSON.parse(raw) as { event: string; data: string }
      );
      for (const index of [0, 1, 2]) {
        const numbers = frames.filter(({ event }) => event === `from-${index}`).map(({ data }) =>
          Number(data)
        );
        expect(numbers).toEqual(Array.from({ length: perPublisher }, (_, number) => number));
      }
      await peer.expectSilence();
      await peer.close();
    }
  });

  test("a batch for several channels comes on each node as it came on the first", async () => {
    const peers = await everywhere("left");
    for (const peer of peers) expect(await peer.subscribe("right")).toBe(succeeded("right"));
    await api(1).trigger(["left", "right"], "both", { a: 1 });
    await api(1).post("/batch_events", {
      batch: [
        { name: "batched", channel: "right", data: "1" },
        { name: "batched", channel: "left", data: "2" },
      ],
    });
    for (const peer of peers) {
      const frames = await peer.nextFrames(4);
      const on = (channel: string): string[] =>
        frames.filter((frame) => frame.includes(`"channel":"${channel}"`));
      expect(on("left")).toEqual([
        '{"event":"both","data":"{\\"a\\":1}","channel":"left"}',
        '{"event":"batched","data":"2","channel":"left"}',
      ]);
      expect(on("right")).toEqual([
        '{"event":"both","data":"{\\"a\\":1}","channel":"right"}',
        '{"event":"batched","data":"1","channel":"right"}',
      ]);
      await peer.close();
    }
  });

  test("the connection of socket_id is left out, on any node", async () => {
    const peers = await everywhere("but-one");
    const [first, second, third] = peers as [Peer, Peer, Peer];
    await api(1).trigger("but-one", "told", "1", { socket_id: first.id });
    await api(1).trigger("but-one", "told", "2");
    expect(await first.next()).toContain('"data":"2"');
    for (const peer of [second, third]) {
      expect(await peer.next()).toContain('"data":"1"');
      expect(await peer.next()).toContain('"data":"2"');
    }
    for (const peer of peers) await peer.close();
  });

  test("client events reach the members on other nodes, with who sent them, and not the sender", async () => {
    const [one, two, three] = await Promise.all(
      [0, 0, 1].map((index) => Peer.connect(cluster.node(index))),
    ) as [
      Peer,
      Peer,
      Peer,
    ];
    for (const [peer, id] of [[one, 1], [two, 2], [three, 3]] as const) {
      expect(await peer.subscribeSigned("presence-typing", `{"user_id":${id}}`)).toContain("succeeded");
    }
    one.send({ event: "client-typing", channel: "presence-typing", data: { on: true } });
    for (const peer of [two, three]) {
      expect((await peer.nextEvent("client-typing")).raw)
        .toBe('{"event":"client-typing","channel":"presence-typing","data":{"on":true},"user_id":1}');
    }
    await one.nextEvent("pusher_internal:member_added");
    await one.nextEvent("pusher_internal:member_added");
    await one.expectSilence();
    for (const peer of [one, two, three]) await peer.close();
  });

  test("what is encrypted is passed on as it is", async () => {
    const peers = await Promise.all([0, 1, 2].map((index) => Peer.connect(cluster.node(index))));
    for (const peer of peers) await peer.subscribeSigned("private-encrypted-a");
    const data = '{"nonce":"bm9uY2U=","ciphertext":"c2VjcmV0"}';
    await api(2).trigger("private-encrypted-a", "sealed", data);
    for (const peer of peers) {
      expect(await peer.next()).toBe(
        `{"event":"sealed","data":${JSON.stringify(data)},"channel":"private-encrypted-a"}`,
      );
      await peer.close();
    }
  });

  test("a user's own events find it on every node", async () => {
    const peers = await Promise.all([0, 1, 2].map((index) => Peer.connect(cluster.node(index))));
    await using other = await Peer.connect(cluster.node(1));
    for (const peer of peers) expect(await peer.signIn('{"id":"7"}')).toContain("signin_success");
    await other.signIn('{"id":"8"}');
    await api(1).trigger("#server-to-user-7", "greeting", "1");
    for (const peer of peers) {
      expect(await peer.next()).toBe('{"event":"greeting","data":"1","channel":"#server-to-user-7"}');
      await peer.close();
    }
    await other.expectSilence();
  });

  test("nothing is missed that was published after a subscription was confirmed, as often as one tries", async () => {
    for (let round = 0; round < 40; round++) {
      const channel = `private-round-${round}`, here = round % 3, there = (round + 1 + round % 2) % 3;
      await using peer = await Peer.connect(cluster.node(here));
      expect(await peer.subscribeSigned(channel)).toBe(succeeded(channel));
      expect((await api(there).trigger(channel, "after", "x")).status).toBe(200);
      expect(await peer.next()).toContain('"after"');
    }
  });

  test("a node without subscribers receives nothing of a channel", async () => {
    await using peer = await Peer.connect(cluster.node(0));
    await peer.subscribe("busy");
    const received = (index: number): Promise<number> =>
      cluster.node(index).metric("resound_bus_received_total");
    const before = await Promise.all([0, 2].map(received));
    for (let number = 0; number < 25; number++) await api(1).trigger("busy", "x", "1");
    await peer.nextFrames(25);
    const after = await Promise.all([0, 2].map(received));
    expect([after[0]! - before[0]!, after[1]! - before[1]!]).toEqual([25, 0]);
  });

  test("a page change does not make a node listen anew, and a channel without subscribers is given up", async () => {
    const listeners = async (name = "page"): Promise<number> => {
      const [channel] = await cluster.redis.command("PUBSUB", "CHANNELS", `*\n${name}}*`) as string[];
      if (channel === undefined) return 0;
      return (await cluster.redis.command("PUBSUB", "NUMSUB", channel) as [string, number])[1];
    };
    const calls = async (): Promise<number> => {
      const stats = String(await cluster.redis.command("INFO", "commandstats"));
      return Number(/^cmdstat_unsubscribe:calls=(\d+)/m.exec(stats)?.[1] ?? 0);
    };
    // The channels of the tests before are given up at their own time.
    await eventually(
      () => cluster.redis.command("PUBSUB", "CHANNELS", "*{app-id*"),
      (names) => String(names) === "",
    );
    // It gives up no channel as long as this test lasts, however slow it is.
    const patient = await cluster.add({ REVERB_SCALING_INTEREST_LINGER_SECONDS: "3600" });
    await using peer = await Peer.connect(patient);
    await peer.subscribe("page");
    expect(await listeners()).toBe(1);
    const before = await calls();
    await peer.unsubscribe("page");
    expect(await listeners()).toBe(1);
    await peer.subscribe("page");
    expect([await listeners(), await calls()]).toEqual([1, before]);
    await api(1).trigger("page", "still", "1");
    expect(await peer.next()).toContain("still");

    await using other = await Peer.subscribed(cluster.node(0), "given-up-page");
    expect(await listeners("given-up-page")).toBe(1);
    await other.unsubscribe("given-up-page");
    await eventually(() => listeners("given-up-page"), (count) => count === 0);
  });
});
