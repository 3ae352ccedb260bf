import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { compressed, OFFER } from "../../support/message-compression.ts";
import { serverTarget } from "../../support/server-target.ts";
import { signChannel } from "../../support/sign-channel.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { COMPRESSED, connected, ping, subscribe } from "../../support/compressed-peer.ts";
import { PONG } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const onDeno = serverTarget() === "deno";
const off = useServer();
const shared = useServer({ env: { REVERB_COMPRESSION: "shared" } });
const dedicated = useServer({ env: { REVERB_COMPRESSION: "dedicated" } });

/** Data as applications send it: JSON with the same keys again and again. */
function orders(count: number): string {
  return JSON.stringify(Array.from({ length: count }, (_, id) => ({ id, status: "shipped", total: id * 7 })));
}

/** What a subscriber of `news` gets. */
function eventFrame(data: string): string {
  return JSON.stringify({ event: "updated", data, channel: "news" });
}

test("nothing is compressed unless the server is configured to, even when a client offers it", async () => {
  const { raw, agreed, next } = await connected(off, OFFER);
  expect(agreed).toBeUndefined();
  raw.send({ event: "pusher:subscribe", data: { channel: "news" } });
  await next();
  await new ApiClient(off).trigger("news", "updated", orders(100));
  expect(await next()).toMatchObject({ isCompressed: false, text: eventFrame(orders(100)) });
  // And who compresses all the same has broken the rules.
  raw.sendFrame({ payload: compressed(ping(100)), reserved: COMPRESSED });
  await raw.ended;
});

test.skipIf(!onDeno)("on Deno the start says that nothing is compressed, and serves", async () => {
  await shared.output.waitFor(
    /compression \(REVERB_COMPRESSION\) is shared, but Deno [\d.]+ cannot compress WebSocket messages: they are sent as they are\. Use the executable, or run this on Bun/,
  );
  const { raw, agreed, next } = await connected(shared, OFFER);
  expect(agreed).toBeUndefined();
  raw.send({ event: "pusher:ping", data: {} });
  expect((await next()).text).toBe(PONG);
  raw.destroy();
});

describe.skipIf(onDeno)("with compression", () => {
  test.each([["shared", shared], ["dedicated", dedicated]])(
    "%s: a client that offers nothing gets plain frames",
    async (_, server) => {
      const { raw, agreed, next } = await connected(server);
      expect(agreed).toBeUndefined();
      raw.send({ event: "pusher:subscribe", data: { channel: "news" } });
      await next();
      for (const count of [1, 150]) {
        await new ApiClient(server).trigger("news", "updated", orders(count));
        expect(await next()).toMatchObject({ isCompressed: false, text: eventFrame(orders(count)) });
      }
      raw.destroy();
    },
  );

  test("shared: long messages are compressed, each by itself, and short ones are left as they are", async () => {
    const peer = await connected(shared, OFFER);
    expect(peer.agreed).toContain("permessage-deflate");
    expect(peer.agreed).toContain("server_no_context_takeover");
    await subscribe(peer, "news");
    const api = new ApiClient(shared);
    await api.trigger("news", "updated", orders(1));
    expect(await peer.next()).toMatchObject({ isCompressed: false, text: eventFrame(orders(1)) });
    for (const count of [30, 150]) {
      await api.trigger("news", "updated", orders(count));
      const { isCompressed, size, text } = await peer.next();
      expect([isCompressed, text]).toEqual([true, eventFrame(orders(count))]);
      expect(size).toBeLessThan(text.length / 3);
    }
    peer.raw.destroy();
  });

  test("dedicated: a message costs only what those before it did not have", async () => {
    const peer = await connected(dedicated, OFFER), sizes: number[] = [];
    expect(peer.agreed).toContain("permessage-deflate");
    expect(peer.agreed).not.toContain("server_no_context_takeover");
    await subscribe(peer, "news");
    for (const data of [orders(30), orders(31), orders(3)]) {
      await new ApiClient(dedicated).trigger("news", "updated", data);
      const { isCompressed, size, text } = await peer.next();
      expect([isCompressed, text]).toEqual([true, eventFrame(data)]);
      sizes.push(size);
    }
    expect(sizes[1]).toBeLessThan(sizes[0]! / 4);
    expect(sizes[2]).toBeLessThan(50);
    peer.raw.destroy();
  });

  test.each([["shared", shared], ["dedicated", dedicated]])(
    "%s: a client's event goes from one that compresses to those that do and those that do not, but not back",
    async (_, server) => {
      const sender = await connected(server, OFFER), reader = await connected(server, OFFER);
      await using plain = await Peer.connect(server);
      await plain.subscribeSigned("private-room");
      for (const peer of [sender, reader]) {
        await subscribe(peer, "private-room", signChannel(TEST_APPLICATION, peer.id, "private-room"));
      }
      const event = { event: "client-moved", channel: "private-room", data: { list: orders(100) } };
      sender.raw.sendFrame({ payload: compressed(JSON.stringify(event)), reserved: COMPRESSED });
      const { isCompressed, text } = await reader.next();
      expect(isCompressed).toBeTrue();
      expect(JSON.parse(text)).toMatchObject(event);
      expect(JSON.parse(await plain.next())).toMatchObject(event);
      sender.raw.send({ event: "pusher:ping", data: {} });
      expect((await sender.next()).text).toBe(PONG);
      sender.raw.destroy();
      reader.raw.destroy();
    },
  );
});
