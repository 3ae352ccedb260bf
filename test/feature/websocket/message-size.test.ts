import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { startServer } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { buildFrame, fragments } from "../../support/websocket-frame.ts";
import { INVALID_MESSAGE, PONG, succeeded } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const SMALL = { id: "small", key: "small-key", secret: "small-secret" };
const LARGE = { id: "large", key: "large-key", secret: "large-secret" };

const alone = useServer({ env: { REVERB_APP_MAX_MESSAGE_SIZE: "200" } });
// The runtime knows one limit, the largest; the smaller one is the application's own affair.
const both = useServer({
  files: {
    "resound.toml": `
[[apps]]
app_id = "small"
key = "small-key"
secret = "small-secret"
max_message_size = 200

[[apps]]
app_id = "large"
key = "large-key"
secret = "large-secret"
max_message_size = 100000
`,
  },
});

const places = [
  ["the only application", alone, TEST_APPLICATION],
  ["the smaller of two applications", both, SMALL],
] as const;

/** A ping of exactly so many bytes. */
function ping(bytes: number, filler = "x"): string {
  const frame = `{"event":"pusher:ping","data":""}`;
  const room = bytes - frame.length, size = Buffer.byteLength(filler);
  const text = filler.repeat(Math.floor(room / size)) + "x".repeat(room % size);
  return `{"event":"pusher:ping","data":"${text}"}`;
}

for (const [name, server, application] of places) {
  test(`${name} accepts a message of exactly max_message_size`, async () => {
    await using peer = await Peer.connect(server, { application });
    for (const frame of [ping(200), ping(200, "é"), ping(200, "😀")]) {
      expect(Buffer.byteLength(frame)).toBe(200);
      peer.send(frame);
      expect(await peer.next()).toBe(PONG);
    }
    peer.sendBinary(new Uint8Array(200));
    expect(await peer.next()).toBe(INVALID_MESSAGE);
  });

  test.each([
    ["one byte more", [buildFrame({ payload: ping(201) })]],
    ["one byte more in characters of two", [buildFrame({ payload: ping(201, "é") })]],
    ["far more", [buildFrame({ payload: ping(50_000) })]],
    ["more in fragments that are small", fragments(ping(250), 50)],
    ["more in binary", [buildFrame({ opcode: 2, payload: new Uint8Array(201) })]],
  ])(`${name} closes with 1009 on %s`, async (_, frames) => {
    const raw = await RawSocket.open(server);
    await raw.upgrade({ key: application.key });
    await raw.readText();
    for (const frame of frames) raw.write(frame);
    expect(await raw.readClose()).toMatchObject({ code: 1009, texts: [] });
    raw.destroy();
  });
}

test("a client sees the close code 1009", async () => {
  await using peer = await Peer.connect(alone);
  peer.send(ping(201));
  expect(await peer.closed).toMatchObject({ code: 1009 });
});

test("members of a presence channel learn that the sender of a large message is gone", async () => {
  await using watcher = await Peer.connect(alone);
  await using sender = await Peer.connect(alone);
  await watcher.subscribeSigned("presence-s", '{"user_id":"1"}');
  await sender.subscribeSigned("presence-s", '{"user_id":"2"}');
  sender.send(ping(5000));
  expect(await watcher.nextEvent("pusher_internal:member_removed")).toMatchObject({
    data: '{"user_id":"2"}',
  });
});

test("a message that is too large is logged with the setting that says so", async () => {
  await using peer = await Peer.connect(alone);
  peer.send(ping(201));
  await peer.closed;
  expect(await alone.output.waitFor(`connection=${peer.id}`)).toContain(
    "a message is larger than 200 bytes (max_message_size)",
  );
});

test("the larger of two applications has its own limit", async () => {
  await using peer = await Peer.connect(both, { application: LARGE });
  peer.send(ping(100_000));
  expect(await peer.next()).toBe(PONG);
  const raw = await RawSocket.open(both);
  await raw.upgrade({ key: LARGE.key });
  await raw.readText();
  raw.sendFrame({ payload: ping(100_001) });
  expect(await raw.readClose()).toMatchObject({ code: 1009 });
  raw.destroy();
});

test("what the application publishes may be larger than what clients may send", async () => {
  await using peer = await Peer.connect(alone);
  expect(await peer.subscribe("large")).toBe(succeeded("large"));
  await new ApiClient(alone).trigger("large", "e", "x".repeat(9000));
  expect(await peer.next()).toBe(`{"event":"e","data":"${"x".repeat(9000)}","channel":"large"}`);
});

test("by default 10,000 bytes are accepted", async () => {
  await using server = await startServer();
  await using peer = await Peer.connect(server);
  peer.send(ping(10_000));
  expect(await peer.next()).toBe(PONG);
  peer.send(ping(10_001));
  expect(await peer.closed).toMatchObject({ code: 1009 });
});
