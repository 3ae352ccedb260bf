import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { succeeded } from "../../support/frames.ts";
import { ReturningPeer } from "../../support/returning-peer.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { useServer } from "../../support/use-server.ts";

const noPings = skipWhen(serverTarget() !== "bun", "recovery by ping: tested on Bun alone");

describe.skipIf(noPings)("a client that was cut off", () => {
  const server = useServer({
    env: {
      REVERB_APP_RECOVERY_ENABLED: "true",
      REVERB_APP_RECOVERY_MAX_EVENTS: "50",
      REVERB_APP_RECOVERY_REWIND: "rewound-*:3:60",
      REVERB_APP_RECOVERY_HISTORY: "told-*:5:60",
      REVERB_APP_ALLOWED_ORIGINS: "*",
    },
  });
  const api = new ApiClient(server);
  let channels = 0;

  const fresh = (prefix = ""): string => `${prefix}news-${++channels}`;

  async function publish(channel: string, ...numbers: readonly number[]): Promise<void> {
    for (const number of numbers) {
      const { status } = await api.post("/events", { name: "n", channels: [channel], data: `${number}` });
      expect(status).toBe(200);
    }
  }

  const event = (channel: string, number: number): string =>
    `{"event":"n","data":"${number}","channel":"${channel}"}`;
  const gap = (channel: string, reason: string): string =>
    `{"event":"resound:gap","data":"{\\"reason\\":\\"${reason}\\"}","channel":"${channel}"}`;

  test("is sent what it has missed, right after the confirmation and in order", async () => {
    const channel = fresh();
    using first = await ReturningPeer.connect(server);
    await first.subscribed(channel);
    await publish(channel, 1);
    expect(await first.next()).toBe(event(channel, 1));
    await first.acknowledge();
    first.cut();
    await publish(channel, 2, 3);

    using second = await ReturningPeer.connect(server, { jar: first.jar });
    second.subscribe(channel);
    await publish(channel, 4);
    expect(await second.take(4)).toEqual([
      succeeded(channel),
      ...[2, 3, 4].map((number) => event(channel, number)),
    ]);
  });

  test("is not sent again what it has acknowledged, and gets nothing twice on a second subscription", async () => {
    const channel = fresh();
    using first = await ReturningPeer.connect(server);
    await first.subscribed(channel);
    first.cut();
    await publish(channel, 1);
    using second = await ReturningPeer.connect(server, { jar: first.jar });
    second.subscribe(channel);
    expect(await second.take(2)).toEqual([succeeded(channel), event(channel, 1)]);
    await second.acknowledge();
    second.subscribe(channel);
    expect(await second.next()).toBe(succeeded(channel));
    second.send({ event: "pusher:unsubscribe", data: { channel } });
    second.subscribe(channel);
    expect(await second.next()).toBe(succeeded(channel));
    second.cut();
    using third = await ReturningPeer.connect(server, { jar: first.jar });
    third.subscribe(channel);
    await publish(channel, 2);
    expect(await third.take(2)).toEqual([succeeded(channel), event(channel, 2)]);
  });

  test("can come back by the name in its first message, without cookies", async () => {
    const channel = fresh();
    using first = await ReturningPeer.connect(server);
    await first.subscribed(channel);
    first.cut();
    await publish(channel, 1);
    using second = await ReturningPeer.connect(server, { path: `/app/app-key?resume=${first.resume}` });
    second.subscribe(channel);
    expect(await second.take(2)).toEqual([succeeded(channel), event(channel, 1)]);
  });

  test.each([[1000], [1001]])("that has closed with %d itself is sent nothing again", async (code) => {
    const channel = fresh();
    using first = await ReturningPeer.connect(server);
    await first.subscribed(channel);
    first.close(code);
    await expect(first.next()).rejects.toThrow();
    await publish(channel, 1);
    using second = await ReturningPeer.connect(server, { jar: first.jar });
    second.subscribe(channel);
    await publish(channel, 2);
    expect(await second.take(2)).toEqual([succeeded(channel), event(channel, 2)]);
  });

  test("that has never answered a ping is sent nothing again, and hears that it may miss something", async () => {
    const channel = fresh();
    using first = await ReturningPeer.connect(server);
    first.isSilent = true;
    first.subscribe(channel);
    expect(await first.next()).toBe(succeeded(channel));
    first.cut();
    await publish(channel, 1);
    using second = await ReturningPeer.connect(server, { jar: first.jar });
    second.subscribe(channel);
    await publish(channel, 2);
    expect(await second.take(3)).toEqual([succeeded(channel), gap(channel, "unknown"), event(channel, 2)]);
  });

  test("hears that there is a gap where the log does not go back so far, and gets the rest", async () => {
    const channel = fresh(), numbers = Array.from({ length: 60 }, (_, index) => index + 1);
    using first = await ReturningPeer.connect(server);
    await first.subscribed(channel);
    first.cut();
    await publish(channel, ...numbers);
    using second = await ReturningPeer.connect(server, { jar: first.jar });
    second.subscribe(channel);
    expect(await second.take(52)).toEqual([
      succeeded(channel),
      gap(channel, "trimmed"),
      ...numbers.slice(10).map((number) => event(channel, number)),
    ]);
    await server.output.waitFor(/A client has missed events of "news-\d+": the log of the channel/);
  });

  test("hears that there is a gap when its names are unknown", async () => {
    const channel = fresh(), [tag] = /(?<=resound-)[0-9a-f]{8}/.exec([...(await jarOf()).keys()].join())!;
    const name = `resound-${tag}-${Math.floor(Date.now() / 1000).toString(36)}-0123456789abcdef`;
    using peer = await ReturningPeer.connect(server, { jar: new Map([[name, "1"]]) });
    peer.subscribe(channel);
    expect(await peer.take(2)).toEqual([succeeded(channel), gap(channel, "unknown")]);
  });

  test("gets a user's own events, client events and those of cache and presence channels again", async () => {
    const cached = fresh("private-cache-"), present = fresh("presence-");
    using first = await ReturningPeer.connect(server);
    first.signIn("7");
    await first.next();
    await first.acknowledge();
    await first.subscribed(cached);
    await first.subscribed(present, { user_id: "7" });
    first.cut();
    await publish("#server-to-user-7", 1);
    await publish(cached, 2, 3);
    using sender = await ReturningPeer.connect(server);
    await sender.subscribed(present, { user_id: "8" });
    sender.send({ event: "client-x", channel: present, data: 4 });
    await publish(present, 5);

    using second = await ReturningPeer.connect(server, { jar: first.jar });
    second.signIn("7");
    expect((await second.take(2))[1]).toBe(event("#server-to-user-7", 1));
    second.subscribe(cached);
    expect(await second.take(3)).toEqual([succeeded(cached), event(cached, 2), event(cached, 3)]);
    second.subscribe(present, { user_id: "7" });
    const [, whisper, last] = await second.take(3);
    expect(whisper).toBe(`{"event":"client-x","channel":"${present}","data":4,"user_id":"8"}`);
    expect(last).toBe(event(present, 5));
  });

  test("does not get events that leave its earlier connection out", async () => {
    const channel = fresh();
    using first = await ReturningPeer.connect(server);
    await first.subscribed(channel);
    first.cut();
    await api.post("/events", { name: "n", channels: [channel], data: "1", socket_id: first.id });
    await publish(channel, 2);
    using second = await ReturningPeer.connect(server, { jar: first.jar });
    second.subscribe(channel);
    expect(await second.take(2)).toEqual([succeeded(channel), event(channel, 2)]);
  });

  test("gets nothing without the channel's authorization, from another origin or on another channel", async () => {
    const channel = fresh("private-"), other = fresh();
    using first = await ReturningPeer.connect(server, { headers: { Origin: "https://a.example" } });
    await first.subscribed(channel);
    using watcher = await ReturningPeer.connect(server);
    await watcher.subscribed(other);
    first.cut();
    await publish(channel, 1);
    await publish(other, 2);
    using thief = await ReturningPeer.connect(server, {
      jar: new Map(first.jar),
      headers: { Origin: "https://a.example" },
    });
    thief.send({ event: "pusher:subscribe", data: { channel, auth: "app-key:00" } });
    expect(await thief.next()).toContain("4009");
    expect(await thief.next()).toContain("pusher:subscription_error");
    thief.subscribe(other);
    expect(await thief.next()).toBe(succeeded(other));
    using stranger = await ReturningPeer.connect(server, {
      jar: new Map(first.jar),
      headers: { Origin: "https://b.example" },
    });
    stranger.subscribe(channel);
    expect(await stranger.next()).toBe(succeeded(channel));
    await publish(channel, 3);
    expect(await stranger.next()).toBe(event(channel, 3));
  });

  test("is found out when its old connection still counts as open, and goes on where that one was", async () => {
    const channel = fresh();
    using first = await ReturningPeer.connect(server);
    await first.subscribed(channel);
    first.isSilent = true;
    await publish(channel, 1);
    // A connection that was heard within a second is taken for alive; no event tells that the server has counted one.
    await Bun.sleep(3000);
    const started = Date.now();
    using second = await ReturningPeer.connect(server, { jar: first.jar });
    second.subscribe(channel);
    expect(await second.take(2)).toEqual([succeeded(channel), event(channel, 1)]);
    expect(Date.now() - started).toBeGreaterThan(1900);
    await expect(first.events("none", 1)).rejects.toThrow("4201");
  });

  test("a new subscriber of a channel with rewind gets the last events, as ordinary ones", async () => {
    const channel = fresh("rewound-");
    await publish(channel, 1, 2, 3, 4);
    using peer = await ReturningPeer.connect(server);
    peer.subscribe(channel);
    await publish(channel, 5);
    expect(await peer.take(5)).toEqual([
      succeeded(channel),
      ...[2, 3, 4, 5].map((number) => event(channel, number)),
    ]);
  });

  test("the API reads the history of a channel, page by page", async () => {
    const channel = fresh("told-"), path = `/channels/${channel}/history`;
    await publish(channel, 1, 2, 3);
    interface Page {
      readonly events: { readonly name: string; readonly data: string; readonly position: string }[];
      readonly position: string;
      readonly complete: boolean;
    }
    const read = async (query: Record<string, string>): Promise<Page> =>
      (await api.get(path, query)).json() as Page;
    const all = await read({});
    expect(all.events.map(({ data }) => data)).toEqual(["1", "2", "3"]);
    const after = await read({ since: all.events[0]!.position, limit: "1" });
    expect([after.events.map(({ data }) => data), after.complete]).toEqual([["2"], true]);
    await publish(channel, 4, 5, 6, 7);
    const late = await read({ since: all.events[0]!.position });
    expect([late.events.map(({ data }) => data), late.complete]).toEqual([["3", "4", "5", "6", "7"], false]);
    expect((await read({ since: late.position })).events).toEqual([]);
    expect((await read({ since: "a-1" })).complete).toBe(false);
    expect((await api.get(path, { limit: "0" })).status).toBe(400);
    expect((await api.get(`/channels/${fresh()}/history`)).status).toBe(404);
  });

  /** The jar of a client that has connected. */
  async function jarOf(): Promise<Map<string, string>> {
    using peer = await ReturningPeer.connect(server);
    return peer.jar;
  }
});
