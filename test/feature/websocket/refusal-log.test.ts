import { expect, test } from "bun:test";
import { RawSocket } from "../../support/raw-socket.ts";
import { connect } from "../../support/socket-client.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const CLOSED = { id: "closed", key: "closed-key", secret: "closed-secret" };
const OPEN = { id: "open", key: "open-key", secret: "open-secret" };
const PINGED = { id: "pinged", key: "pinged-key", secret: "pinged-secret" };

const server = useServer({
  args: ["--log-format", "json"],
  files: {
    "resound.toml": `
[[apps]]
app_id = "open"
key = "open-key"
secret = "open-secret"
max_message_size = 1000
max_channels_per_connection = 1

[[apps]]
app_id = "pinged"
key = "pinged-key"
secret = "pinged-secret"
ping_interval = 1

[[apps]]
app_id = "closed"
key = "closed-key"
secret = "closed-secret"
max_connections = 1
allowed_origins = ["good.example"]
accept_client_events_from = "none"

[apps.rate_limiting]
enabled = true
max_attempts = 1
`,
  },
});

const headers = { Origin: "https://good.example" };

/** The log's entry of a refusal, without its time. */
async function logged(detail: string): Promise<Record<string, unknown>> {
  const { time, ...entry } = JSON.parse(await server.output.waitFor(detail)) as Record<
    string,
    unknown
  >;
  expect(new Date(String(time)).toISOString()).toBe(String(time));
  return entry;
}

test("an unknown key is logged", async () => {
  await using client = await connect(server, { key: "stranger" });
  await client.closed;
  expect(await logged("no application has")).toEqual({
    level: "warning",
    event: "refused",
    message: 'Refused: no application has the key "stranger"',
    reason: "unknown_application",
    address: "127.0.0.1",
  });
});

test("a refused origin is logged", async () => {
  await using client = await connect(server, {
    key: CLOSED.key,
    headers: { Origin: "https://evil.example" },
  });
  await client.closed;
  expect(await logged("allowed_origins")).toMatchObject({
    level: "warning",
    message: 'Refused: the origin "https://evil.example" is not among allowed_origins',
    reason: "origin_not_allowed",
    application: "closed",
  });
});

test("an exhausted quota, refused client events and the rate limit are logged", async () => {
  await using peer = await Peer.connect(server, { application: CLOSED, headers });
  await using refused = await connect(server, { key: CLOSED.key, headers });
  await refused.closed;
  expect(await logged("max_connections")).toMatchObject({
    message: "Refused: the application has its 1 connections (max_connections)",
    reason: "over_quota",
  });
  peer.send({ event: "client-x", channel: "a", data: 1 });
  expect(await logged("accept_client_events_from")).toMatchObject({
    reason: "client_events_disabled",
    connection: peer.id,
  });
  peer.send({ event: "pusher:ping" });
  expect(await logged("(rate_limiting)")).toMatchObject({ reason: "rate_limited", connection: peer.id });
});

test("refused messages are logged with the reason, which the client does not get", async () => {
  await using peer = await Peer.connect(server, { application: OPEN });
  const place = { application: "open", connection: peer.id, address: "127.0.0.1" };
  peer.send("nonsense");
  expect(await logged("the frame is not a JSON object")).toMatchObject({
    reason: "invalid_message",
    ...place,
  });
  peer.sendBinary(new Uint8Array([0xff]));
  expect(await logged("a binary frame")).toMatchObject({ reason: "invalid_message", ...place });
  peer.send({ event: "hello", channel: "a" });
  expect(await logged("must begin with client-")).toMatchObject({ reason: "ignored_event", ...place });
  peer.send({ event: "client-x", channel: "a" });
  expect(await logged("is not subscribed to its channel")).toMatchObject({
    reason: "not_a_member",
    ...place,
  });
  await peer.nextFrames(3);
  await peer.subscribe("");
  expect(await logged("must not be empty")).toMatchObject({ reason: "channel_invalid", ...place });
  peer.send({
    event: "pusher:subscribe",
    data: { channel: "presence-a", auth: `open-key:${"ab".repeat(32)}` },
  });
  expect(await logged("signature of the subscription")).toMatchObject({
    reason: "subscription_unauthorized",
    ...place,
  });
  peer.send({ event: "pusher:signin", data: { auth: `open-key:${"ab".repeat(32)}`, user_data: "{}" } });
  expect(await logged("signature of the sign-in")).toMatchObject({
    reason: "sign_in_unauthorized",
    ...place,
  });
  peer.send({ event: "pusher:subscribe", data: { channel: "a" } });
  peer.send({ event: "pusher:subscribe", data: { channel: "b" } });
  expect(await logged("max_channels_per_connection")).toMatchObject({
    reason: "too_many_channels",
    ...place,
  });
  peer.send("x".repeat(1001));
  expect(await logged("max_message_size")).toMatchObject({ reason: "message_too_large", ...place });
});

test("a client that did not answer a ping is logged", async () => {
  // A WebSocket of the runtime would answer the control frame that goes with the ping.
  const raw = await RawSocket.open(server);
  await raw.upgrade({ key: PINGED.key });
  const { code, texts } = await raw.readClose();
  expect(code).toBe(4201);
  const { socket_id: id } = JSON.parse(JSON.parse(texts[0]!).data);
  expect(await logged(`"${id}"`)).toMatchObject({ reason: "pong_missing", application: "pinged" });
  raw.destroy();
});

test("a request that is no handshake is logged", async () => {
  const raw = await RawSocket.open(server);
  expect((await raw.upgrade({ key: OPEN.key, headers: { "Sec-WebSocket-Version": "8" } })).status).toBe(426);
  raw.destroy();
  expect(await logged("not a valid WebSocket handshake")).toMatchObject({ reason: "upgrade_required" });
});

test("no secret and no signature stands in the log", () => {
  const text = server.output.text();
  for (const secret of [OPEN.secret, PINGED.secret, CLOSED.secret, "abab"]) {
    expect(text).not.toContain(secret);
  }
});
