import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { INVALID_MESSAGE, subscriptionError, succeeded } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { startServer } from "../../support/start-server.ts";
import { useServer } from "../../support/use-server.ts";

describe("with another max_channel_name_length", () => {
  const server = useServer({ env: { REVERB_APP_MAX_CHANNEL_NAME_LENGTH: "1000" } });

  test("a client subscribes to names of that length, in characters, and hears their events", async () => {
    await using peer = await Peer.connect(server);
    for (const name of ["x".repeat(1000), "😀".repeat(1000)]) {
      expect(await peer.subscribe(name)).toBe(succeeded(name));
      await new ApiClient(server).trigger(name, "e", "x");
      expect(await peer.next()).toBe(JSON.stringify({ event: "e", data: "x", channel: name }));
    }
    const long = "x".repeat(1001);
    peer.send({ event: "pusher:subscribe", data: { channel: long } });
    expect(await peer.next()).toBe(INVALID_MESSAGE);
    expect(await peer.next()).toBe(subscriptionError(long, "InvalidChannel", "Invalid message format", 400));
  });
});

describe("a name that lacks the dash of its kind in Reverb", () => {
  test("is public, and is logged at its first use: the first five names of an application", async () => {
    await using server = await startServer({ env: { REVERB_LOG_FORMAT: "json" } });
    await using peer = await Peer.connect(server);
    const names = [
      "privateer",
      "orders",
      "presence.1",
      "privateer",
      "cached",
      "private_a",
      "private-b",
      "private1",
    ];
    for (const name of [...names, "private2", "presence2"]) {
      const isPrivate = name === "private-b";
      expect(await (isPrivate ? peer.subscribeSigned(name) : peer.subscribe(name))).toBe(succeeded(name));
      await peer.unsubscribe(name);
    }
    expect(await server.stop()).toBe(0);
    const lines = server.output.lines.filter((line) => line.includes('"channel_kind"'))
      .map((line) => JSON.parse(line) as { level: string; application: string; message: string });
    expect(lines.map(({ message }) => message)).toEqual([
      'The channel "privateer" is public: every client may subscribe to it. Reverb takes it for a private channel, but as with Pusher the name of one has to begin with private-',
      'The channel "presence.1" is public: every client may subscribe to it. Reverb takes it for a presence channel, but as with Pusher the name of one has to begin with presence-',
      'The channel "cached" keeps no event. Reverb takes it for a cache channel, but as with Pusher the name of one has to begin with cache-',
      'The channel "private_a" is public: every client may subscribe to it. Reverb takes it for a private channel, but as with Pusher the name of one has to begin with private-',
      'The channel "private1" is public: every client may subscribe to it. Reverb takes it for a private channel, but as with Pusher the name of one has to begin with private-; no further names are logged',
    ]);
    for (const { level, application } of lines) expect([level, application]).toEqual(["warning", "app-id"]);
  });
});
