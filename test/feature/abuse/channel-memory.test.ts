import { describe, expect, test } from "bun:test";
import { AbusedServer, useAbusedServer } from "../../support/abused-server.ts";
import { subscriptionError, succeeded, TOO_MANY_CHANNELS } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";

const CHANNELS_FULL = String
  .raw`{"event":"pusher:error","data":"{\"code\":4200,\"message\":\"The application has too many channels\"}"}`;

function channelsFull(channel: string): string {
  return subscriptionError(channel, "LimitReached", "The application has too many channels", 429);
}

/** Asks for channels all at once; how many are subscribed. */
async function take(peer: Peer, names: readonly string[]): Promise<number> {
  for (const channel of names) peer.send({ event: "pusher:subscribe", data: { auth: "", channel } });
  peer.send({ event: "pusher:ping" });
  let taken = 0;
  for (let frame = await peer.next(); !frame.includes("pusher:pong"); frame = await peer.next()) {
    if (frame.includes("subscription_succeeded")) taken++;
  }
  return taken;
}

describe("with the settings as they are by default", () => {
  const server = useAbusedServer();

  test("ten sockets that ask for channels with names of 800 bytes get 500 each, and 100 MB at most", async () => {
    const before = server.memory(), peers = await Peer.connectAll(server.running, 10);
    for (const [index, peer] of peers.entries()) {
      const names = Array.from(
        { length: 2000 },
        (_, n) => "😀".repeat(192) + String(index * 2000 + n).padStart(8, "0"),
      );
      for (let start = 0; start < names.length; start += 500) {
        expect(await take(peer, names.slice(start, start + 500))).toBe(start === 0 ? 500 : 0);
      }
      peer.send({ event: "pusher:subscribe", data: { channel: "one-more" } });
      expect(await peer.next()).toBe(TOO_MANY_CHANNELS);
    }
    expect(server.memory() - before).toBeLessThan(100);
    for (const peer of peers) peer.terminate();
    await server.untilAlone();
  });
});

describe("with room for 400 channels", () => {
  /** Clients come through a proxy that names their addresses. */
  const from = (server: AbusedServer, address: string): Promise<Peer> =>
    Peer.connect(server.running, { headers: { "X-Forwarded-For": address } });
  const names = (peer: Peer, count: number): string[] =>
    Array.from({ length: count }, (_, n) => `${peer.id}-${n}`);
  const start = (): Promise<AbusedServer> =>
    AbusedServer.start({
      REVERB_TRUSTED_PROXIES: "127.0.0.0/8",
      REVERB_APP_MAX_CHANNELS: "400",
      REVERB_APP_MAX_CHANNELS_PER_CONNECTION: "300",
    });

  test("attackers of one address leave room for other clients, and a little for those of their own address", async () => {
    await using server = await start();
    const attackers: Peer[] = [];
    for (let n = 0; n < 30; n++) {
      const attacker = await from(server, "192.0.2.1");
      // The bystander has one channel of the half that is for the first who come.
      expect(await take(attacker, names(attacker, 300))).toBe(n === 0 ? 199 : 4);
      attackers.push(attacker);
    }
    const neighbour = await from(server, "192.0.2.1"), stranger = await from(server, "198.51.100.1");
    expect(await take(neighbour, ["news", "orders", "my-own"])).toBe(3);
    expect(await take(stranger, names(stranger, 100))).toBe(16);
    stranger.send({ event: "pusher:subscribe", data: { channel: "one-more" } });
    expect(await stranger.next()).toBe(CHANNELS_FULL);
    expect(await stranger.next()).toBe(channelsFull("one-more"));
    // What is open already is open to those who were refused.
    expect(await attackers[0]!.subscribe("news")).toBe(succeeded("news"));
    await server.assertStillServes();
    for (const peer of [...attackers, neighbour, stranger]) peer.terminate();
    await server.untilAlone();
  });

  test("attackers of a hundred addresses take all public channels and no private one", async () => {
    await using server = await start();
    const attackers: Peer[] = [];
    let taken = 1;
    for (let n = 0; n < 100; n++) {
      const attacker = await from(server, `192.0.2.${n}`);
      taken += await take(attacker, names(attacker, 300));
      attackers.push(attacker);
    }
    expect(taken).toBe(400);
    const client = await from(server, "198.51.100.1");
    for (const channel of ["private-a", "presence-a"]) {
      const member = channel.startsWith("presence-") ? '{"user_id":"1"}' : undefined;
      expect(await client.subscribeSigned(channel, member)).toContain("subscription_succeeded");
    }
    expect(await client.subscribe("bystander")).toBe(succeeded("bystander"));
    await server.assertStillServes();
    for (const peer of [...attackers, client]) peer.terminate();
    await server.untilAlone();
  });
});
