import { describe, expect, test } from "bun:test";
import { RawSocket } from "../../support/raw-socket.ts";
import { fragments, OPCODE } from "../../support/websocket-frame.ts";
import { INVALID_MESSAGE, NOT_A_MEMBER, PONG, succeeded } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer();

test.each([
  '{"event":"pusher:ping","data":{}}',
  '{"event":"pusher:ping"}',
  '{"event":"pusher:ping","data":"{}"}',
  '{"event":"pusher:ping","data":null,"channel":5}',
  ' { "data" : [] , "event" : "pusher:ping" } ',
  String.raw`{"event":"\u0070usher:ping"}`,
])("%s is answered with a pong", async (frame) => {
  await using peer = await Peer.connect(server);
  peer.send(frame);
  expect(await peer.next()).toBe(PONG);
});

test("a pong is not answered", async () => {
  await using peer = await Peer.connect(server);
  peer.send({ event: "pusher:pong", data: {} });
  await peer.expectSilence();
});

describe("an invalid message is answered with error 4200 and the connection lives on", () => {
  test.each([
    "",
    " ",
    "hello",
    "{",
    '{"event":"pusher:ping"',
    '{"event":"pusher:ping"} {}',
    "{'event':'pusher:ping'}",
    "null",
    "true",
    "1",
    '"pusher:ping"',
    "[]",
    '["pusher:ping"]',
    "{}",
    '{"data":{}}',
    '{"event":null}',
    '{"event":1,"channel":"a"}',
    '{"event":["pusher:ping"]}',
    '{"event":{}}',
    '{"event":"pusher:"}',
    '{"event":"pusher:unknown","data":{}}',
    '{"event":"pusher:Ping"}',
    '{"event":"pusher:connection_established","data":"{}"}',
    '{"event":"pusher:error","data":{}}',
    '{"event":"pusher:subscribe"}',
    '{"event":"pusher:subscribe","data":null}',
    '{"event":"pusher:subscribe","data":[]}',
    '{"event":"pusher:subscribe","data":"orders"}',
    '{"event":"pusher:subscribe","data":"[]"}',
    '{"event":"pusher:subscribe","data":{}}',
    '{"event":"pusher:subscribe","data":{"channel":null}}',
    '{"event":"pusher:subscribe","data":{"channel":7}}',
    '{"event":"pusher:subscribe","data":{"channel":["orders"]}}',
    '{"event":"pusher:subscribe","data":{"channel":"orders","auth":7}}',
    '{"event":"pusher:subscribe","data":{"channel":"orders","auth":{}}}',
    '{"event":"pusher:subscribe","data":{"channel":"orders","channel_data":{"user_id":1}}}',
    '{"event":"pusher:subscribe","channel":"orders"}',
    '{"event":"pusher:unsubscribe"}',
    '{"event":"pusher:unsubscribe","data":{"channel":7}}',
    '{"event":"pusher:unsubscribe","data":"orders"}',
    '{"event":"pusher:signin"}',
    '{"event":"pusher:signin","data":{"auth":"a:b"}}',
    '{"event":"pusher:signin","data":{"user_data":"{}"}}',
    '{"event":"pusher:signin","data":{"auth":1,"user_data":"{}"}}',
    '{"event":"pusher:signin","data":{"auth":"a:b","user_data":{"id":"1"}}}',
    '{"event":"client-typing","data":{}}',
    '{"event":"client-typing","data":{},"channel":""}',
    '{"event":"client-typing","data":{},"channel":7}',
    '{"event":"","data":{}}',
  ])("%s", async (frame) => {
    await using peer = await Peer.connect(server);
    peer.send(frame);
    expect(await peer.next()).toBe(INVALID_MESSAGE);
    expect(await peer.subscribe("orders")).toBe(succeeded("orders"));
  });

  test("a binary frame that is not UTF-8 text", async () => {
    await using peer = await Peer.connect(server);
    peer.sendBinary(new Uint8Array([0xff, 0xfe, 0x7b, 0x7d]));
    expect(await peer.next()).toBe(INVALID_MESSAGE);
    await peer.expectSilence();
  });

  test("lists within lists, thousands deep", async () => {
    await using peer = await Peer.connect(server);
    peer.send(`{"event":"pusher:subscribe","data":${"[".repeat(4000)}${"]".repeat(4000)}}`);
    expect(await peer.next()).toBe(INVALID_MESSAGE);
    await peer.expectSilence();
  });
});

test.each(["message", "App\\Events\\Shipped", "pusher_internal:member_added", "Client-typing", "client", ""])(
  "an event of a client that does not begin with client- is ignored without a word: %j",
  async (event) => {
    await using sender = await Peer.connect(server);
    await using receiver = await Peer.connect(server);
    await sender.subscribe("ignoring");
    await receiver.subscribe("ignoring");
    sender.send({ event, channel: "ignoring", data: { a: 1 } });
    await sender.expectSilence();
    await receiver.expectSilence();
  },
);

test("messages are handled in the order in which they were sent", async () => {
  await using peer = await Peer.connect(server);
  peer.send('{"event":"pusher:subscribe","data":{"channel":"first"}}');
  peer.send("nonsense");
  peer.send('{"event":"pusher:ping"}');
  peer.send('{"event":"client-x","channel":"elsewhere"}');
  peer.send('{"event":"pusher:subscribe","data":{"channel":"second"}}');
  expect(await peer.nextFrames(5)).toEqual([
    succeeded("first"),
    INVALID_MESSAGE,
    PONG,
    NOT_A_MEMBER,
    succeeded("second"),
  ]);
});

test("a message may come in fragments, with control frames between them", async () => {
  const raw = await RawSocket.open(server);
  await raw.upgrade();
  await raw.readText();
  for (const fragment of fragments('{"event":"pusher:subscribe","data":{"channel":"größe"}}', 5)) {
    raw.write(fragment);
    raw.sendFrame({ opcode: OPCODE.pong });
  }
  expect(await raw.readText()).toBe(succeeded("größe"));
  raw.destroy();
});

test("text that is not UTF-8 ends the connection", async () => {
  const raw = await RawSocket.open(server);
  await raw.upgrade();
  await raw.readText();
  raw.sendFrame({ payload: new Uint8Array([0x22, 0xc3, 0x28, 0x22]) });
  await raw.ended;
  await using peer = await Peer.connect(server);
  await peer.expectSilence();
});

test("binary frames that hold text are messages, as in Reverb: microcontrollers send them", async () => {
  await using peer = await Peer.connect(server);
  const bytes = (message: unknown): Uint8Array<ArrayBuffer> =>
    new TextEncoder().encode(JSON.stringify(message));
  peer.sendBinary(bytes({ event: "pusher:ping", data: {} }));
  expect(await peer.next()).toBe(PONG);
  peer.sendBinary(bytes({ event: "pusher:subscribe", data: { channel: "grüße" } }));
  expect(await peer.next()).toBe(succeeded("grüße"));
  await peer.expectSilence();
});
