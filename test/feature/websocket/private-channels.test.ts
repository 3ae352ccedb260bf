import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { hmac, signChannel } from "../../support/sign-channel.ts";
import { startServer } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { subscriptionError, succeeded, UNAUTHORIZED } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer();
const api = new ApiClient(server);

test.each([
  "private-orders.7",
  "private-",
  "private-encrypted-orders",
  "private-presence-orders",
])("a signature that fits opens %s", async (channel) => {
  await using peer = await Peer.connect(server);
  expect(await peer.subscribeSigned(channel)).toBe(succeeded(channel));
  await api.trigger(channel, "e", "1");
  expect(await peer.next()).toBe(`{"event":"e","data":"1","channel":"${channel}"}`);
});

test("subscribe data may be a JSON string", async () => {
  await using peer = await Peer.connect(server);
  const auth = signChannel(TEST_APPLICATION, peer.id, "private-orders");
  const data = JSON.stringify({ auth, channel: "private-orders" });
  expect(await peer.ask("pusher:subscribe", data)).toBe(succeeded("private-orders"));
});

test("channel_data that is there is signed along, also on a private channel", async () => {
  await using peer = await Peer.connect(server);
  expect(await peer.subscribeSigned("private-orders", '{"user_id":"1"}')).toBe(succeeded("private-orders"));
  const auth = signChannel(TEST_APPLICATION, peer.id, "private-more");
  expect(
    await peer.ask("pusher:subscribe", { auth, channel_data: '{"user_id":"1"}', channel: "private-more" }),
  ).toBe(UNAUTHORIZED);
});

test("the signature of one channel does not open a shorter one with the rest as channel_data", async () => {
  await using peer = await Peer.connect(server);
  const auth = signChannel(TEST_APPLICATION, peer.id, "private-chat:5");
  expect(await peer.ask("pusher:subscribe", { auth, channel_data: "5", channel: "private-chat" })).toBe(
    UNAUTHORIZED,
  );
});

describe("a subscription is refused, and the connection lives on, with", () => {
  const { key, secret } = TEST_APPLICATION;
  const sign = (id: string, channel = "private-orders", by = secret): string => hmac(by, `${id}:${channel}`);
  test.each<[string, (id: string) => unknown]>([
    ["no auth", () => undefined],
    ["null as auth", () => null],
    ["an empty auth", () => ""],
    ["a signature without a key", (id) => sign(id)],
    ["a signature with an empty key", (id) => `:${sign(id)}`],
    ["the key of another application", (id) => `other-key:${sign(id)}`],
    ["the beginning of the key", (id) => `app-ke:${sign(id)}`],
    ["the key alone", () => key],
    ["an empty signature", () => `${key}:`],
    ["a signature in upper case", (id) => `${key}:${sign(id).toUpperCase()}`],
    ["a signature that is too short", (id) => `${key}:${sign(id).slice(0, -1)}`],
    ["a signature that is too long", (id) => `${key}:${sign(id)}0`],
    ["a signature with another secret", (id) => `${key}:${sign(id, "private-orders", "guess")}`],
    ["the signature of another channel", (id) => `${key}:${sign(id, "private-other")}`],
    ["the signature of another socket", () => `${key}:${sign("1.1")}`],
    ["a signature behind a colon too many", (id) => `${key}::${sign(id)}`],
  ])("%s", async (_, auth) => {
    await using peer = await Peer.connect(server);
    const data = { auth: auth(peer.id), channel: "private-orders" };
    expect(await peer.ask("pusher:subscribe", data)).toBe(UNAUTHORIZED);
    expect(await peer.next()).toBe(subscriptionError("private-orders"));
    await api.trigger("private-orders", "e", "1");
    await peer.expectSilence();
    expect(await peer.subscribeSigned("private-orders")).toBe(succeeded("private-orders"));
  });
});

test("every kind of channel that is not public wants a signature", async () => {
  await using peer = await Peer.connect(server);
  for (
    const channel of [
      "private-x",
      "private-encrypted-x",
      "private-cache-x",
      "private-encrypted-cache-x",
      "presence-x",
      "presence-cache-x",
    ]
  ) {
    expect(await peer.subscribe(channel)).toBe(UNAUTHORIZED);
    expect(await peer.next()).toBe(subscriptionError(channel));
  }
  await peer.expectSilence();
});

test("a refused subscription leaves an earlier one as it is", async () => {
  await using peer = await Peer.connect(server);
  await peer.subscribeSigned("private-kept");
  expect(await peer.subscribe("private-kept")).toBe(UNAUTHORIZED);
  expect(await peer.next()).toBe(subscriptionError("private-kept"));
  await api.trigger("private-kept", "e", "1");
  expect(await peer.next()).toBe('{"event":"e","data":"1","channel":"private-kept"}');
});

test("an encrypted event passes as it is", async () => {
  await using peer = await Peer.connect(server);
  await peer.subscribeSigned("private-encrypted-vault");
  await api.trigger("private-encrypted-vault", "e", '{"nonce":"bm9uY2U=","ciphertext":"Y2lwaGVy"}');
  expect(await peer.next()).toBe(
    String
      .raw`{"event":"e","data":"{\"nonce\":\"bm9uY2U=\",\"ciphertext\":\"Y2lwaGVy\"}","channel":"private-encrypted-vault"}`,
  );
});

test("a refusal is logged with its reason, without the signature", async () => {
  await using other = await startServer();
  await using peer = await Peer.connect(other);
  const auth = `app-key:${"ab".repeat(32)}`;
  await peer.ask("pusher:subscribe", { auth, channel: "private-logged" });
  const line = await other.output.waitFor("private-logged");
  expect(line).toContain("the signature of the subscription does not match");
  expect(other.output.text()).not.toContain("abab");
  expect(other.output.text()).not.toContain(TEST_APPLICATION.secret);
});
