import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { connectionsOf } from "../../support/api-answers.ts";
import { eventually } from "../../support/eventually.ts";
import { PONG, succeeded } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { signUser } from "../../support/sign-channel.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { useCluster } from "../../support/use-server.ts";
import { buildFrame } from "../../support/websocket-frame.ts";

/** Milliseconds for which Redis keeps its answers back: less than the command timeout, after which it counts as away. */
const HELD_BACK = 500;

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("what a client sends while Redis is asked", () => {
  const cluster = useCluster({
    nodes: 2,
    env: {
      REVERB_APP_MAX_CONNECTIONS: "100",
      REVERB_APP_MAX_CHANNELS_PER_CONNECTION: "1000",
      REVERB_SCALING_COMMAND_TIMEOUT: "30",
    },
  });

  /** Text frames of a client, one after the other. */
  const frames = (messages: readonly object[]): Buffer =>
    Buffer.concat(messages.map((message) => buildFrame({ payload: JSON.stringify(message) })));
  const subscribe = (channel: string): object => ({ event: "pusher:subscribe", data: { channel } });

  test("before its connection is established is handled after the first frame, in its order", async () => {
    const channels = Array.from({ length: 200 }, (_, number) => `early-${number}`);
    const followedBy = frames([...channels.map(subscribe), { event: "pusher:ping" }]);
    await cluster.redis.pause(HELD_BACK);
    await Promise.all([0, 1, 0, 1].map(async (index) => {
      using raw = await RawSocket.open(cluster.node(index));
      expect((await raw.upgrade({ followedBy })).status).toBe(101);
      expect(await raw.readText()).toContain("pusher:connection_established");
      const answers = new Set<string>();
      while (answers.size <= channels.length) answers.add(await raw.readText());
      expect([...answers].sort()).toEqual([PONG, ...channels.map(succeeded)].sort());
    }));
  });

  test("before its connection is established is bounded: the connection is closed, and counts no more", async () => {
    await eventually(() => connectionsOf(cluster.node(0)), (count) => count === 0);
    cluster.redis.freeze();
    using raw = await RawSocket.open(cluster.node(0));
    const flood = frames(Array.from({ length: 1001 }, () => ({ event: "pusher:ping" })));
    await raw.upgrade({ followedBy: flood });
    const reason = "Too many messages before the connection was established";
    const { texts, ...close } = await raw.readClose();
    expect(close).toEqual({ code: 4100, reason });
    expect(texts).toEqual([
      `{"event":"pusher:error","data":"{\\"code\\":4100,\\"message\\":\\"${reason}\\"}"}`,
    ]);
    raw.sendClose(4100);
    await raw.ended;
    cluster.redis.thaw();
    await using next = await Peer.connect(cluster.node(0));
    await next.expectSilence();
    await eventually(() => connectionsOf(cluster.node(1)), (count) => count === 1);
  });

  test("is forgotten when it goes before the answer", async () => {
    await eventually(() => connectionsOf(cluster.node(0)), (count) => count === 0);
    await cluster.redis.pause(HELD_BACK);
    for (const end of ["destroy", "end"] as const) {
      const raw = await RawSocket.open(cluster.node(0));
      await raw.upgrade({ followedBy: frames([subscribe("gone")]) });
      raw[end]();
    }
    await using next = await Peer.subscribed(cluster.node(0), "there");
    await next.expectSilence();
    await eventually(() => connectionsOf(cluster.node(1)), (count) => count === 1);
    const listed = async (): Promise<string> => (await new ApiClient(cluster.node(1)).get("/channels")).text;
    await eventually(listed, (channels) => channels === '{"channels":{"there":{}}}');
  });

  test("is handled in its order: sign-in, subscriptions and their ends, client events", async () => {
    await using watcher = await Peer.connect(cluster.node(1));
    await watcher.subscribed("presence-w", { user_id: "watcher" });
    await using peer = await Peer.connect(cluster.node(0));
    await peer.subscribed("private-stays");
    await watcher.subscribed("private-stays");
    const userData = '{"id":"7"}', auth = signUser(TEST_APPLICATION, peer.id, userData);
    cluster.redis.freeze();
    peer.send({ event: "pusher:signin", data: { auth, user_data: userData } });
    peer.send(subscribe("ended"));
    peer.send({ event: "pusher:unsubscribe", data: { channel: "ended" } });
    peer.send(subscribe("again"));
    peer.send({ event: "pusher:unsubscribe", data: { channel: "again" } });
    peer.send(subscribe("again"));
    peer.send(subscribe("#server-to-user-7"));
    peer.send({ event: "pusher:unsubscribe", data: { channel: "#server-to-user-7" } });
    peer.send({ event: "client-x", channel: "private-stays", data: { a: 1 } });
    peer.send({ event: "pusher:ping" });
    // This alone waits for nothing: the server has read all of them.
    expect(await peer.next()).toBe(PONG);
    cluster.redis.thaw();
    // Each on a topic of its own, so that they come in any order among each other.
    const got = new Set([await peer.next(), await peer.next()]);
    expect(got).toEqual(
      new Set([
        succeeded("again"),
        `{"event":"pusher:signin_success","data":{"user_data":${JSON.stringify(userData)}}}`,
      ]),
    );
    expect(await watcher.next()).toBe('{"event":"client-x","channel":"private-stays","data":{"a":1}}');
    const api = new ApiClient(cluster.node(1));
    // It has left its own channel, and so gets nothing there.
    await api.trigger("#server-to-user-7", "private", "{}");
    await api.trigger("ended", "x", "{}");
    await api.trigger("again", "x", "{}");
    expect(await peer.next()).toBe('{"event":"x","data":"{}","channel":"again"}');
    await peer.expectSilence();
  });
});
