import { expect, test } from "bun:test";
import { UNAUTHORIZED } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { signChannel } from "../../support/sign-channel.ts";
import { useServer } from "../../support/use-server.ts";

// What docs/differences-from-reverb.md says of clients, as far as no other test is about it.

const server = useServer({ env: { REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: "all" } });

test("a member who subscribes again with another user_info keeps the first one", async () => {
  await using ann = await Peer.connect(server);
  const first = await ann.subscribeSigned("presence-again", '{"user_id":"1","user_info":{"n":1}}');
  expect(first).toContain(String.raw`\"hash\":{\"1\":{\"n\":1}}`);
  expect(await ann.subscribeSigned("presence-again", '{"user_id":"1","user_info":{"n":2}}')).toBe(first);
  await using bob = await Peer.connect(server);
  expect(await bob.subscribeSigned("presence-again", '{"user_id":"2"}'))
    .toContain(String.raw`\"hash\":{\"1\":{\"n\":1},\"2\":null}`);
});

test.each([
  ["no channel_data", undefined],
  ["no user_id", '{"user_info":{}}'],
  ["no JSON", "x"],
])("a presence channel with %s is refused with 4009", async (_, channelData) => {
  await using peer = await Peer.connect(server);
  expect(await peer.subscribeSigned("presence-odd", channelData)).toBe(UNAUTHORIZED);
  expect(await peer.next()).toContain('"event":"pusher:subscription_error","channel":"presence-odd"');
});

test("a channel_data that is no JSON does no harm on a public channel, an auth that is no text does", async () => {
  await using peer = await Peer.connect(server);
  expect(await peer.ask("pusher:subscribe", { channel: "open", auth: "", channel_data: "x" }))
    .toContain("subscription_succeeded");
  expect(await peer.ask("pusher:subscribe", { channel: "open", auth: 5 })).toContain(
    String.raw`\"code\":4200`,
  );
});

test("a signature behind another key is refused", async () => {
  await using peer = await Peer.connect(server);
  const auth = signChannel(peer.application, peer.id, "private-a").replace(/^[^:]+/, "another-key");
  expect(await peer.ask("pusher:subscribe", { channel: "private-a", auth })).toBe(UNAUTHORIZED);
});

test("a client event has the data that was sent, null for none, and no field that the sender made up", async () => {
  await using sender = await Peer.connect(server);
  await using listener = await Peer.connect(server);
  await listener.subscribe("room");
  for (const data of ["text", '{"a":1}', 5, true, null, { "é/": {} }]) {
    sender.send({ event: "client-x", channel: "room", data, user_id: "forged", extra: 1 });
    expect(await listener.next()).toBe(JSON.stringify({ event: "client-x", channel: "room", data }));
  }
  sender.send({ event: "client-x", channel: "room" });
  expect(await listener.next()).toBe('{"event":"client-x","channel":"room","data":null}');
});
