import { expect, test } from "bun:test";
import type { RawSocket } from "../../support/raw-socket.ts";
import { serverTarget } from "../../support/server-target.ts";
import {
  buildFrame,
  closePayload,
  fragments,
  type FrameOptions,
  OPCODE,
} from "../../support/websocket-frame.ts";
import { AbusedServer, useAbusedServer } from "../../support/abused-server.ts";
import { INVALID_MESSAGE, PONG } from "../../support/frames.ts";

const server = useAbusedServer();

const PING = '{"event":"pusher:ping"}';
const RESERVED_OPCODES = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];
const FORBIDDEN_CLOSE_CODES = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535];

/** Frames that break RFC 6455; each ends its connection, and the code says why. */
const VIOLATIONS: ReadonlyArray<readonly [what: string, code: number, frames: readonly FrameOptions[]]> = [
  ["a frame without a mask", 1002, [{ payload: PING, masked: false }]],
  ["the first reserved bit", 1002, [{ payload: PING, reserved: 4 }]],
  ["the second reserved bit", 1002, [{ payload: PING, reserved: 2 }]],
  ["the third reserved bit", 1002, [{ payload: PING, reserved: 1 }]],
  ["all reserved bits on a ping", 1002, [{ opcode: OPCODE.ping, reserved: 7 }]],
  ...RESERVED_OPCODES.map((opcode) =>
    [`the reserved opcode ${opcode}`, 1002, [{ opcode, payload: PING }]] as const
  ),
  ["a ping of 126 bytes", 1002, [{ opcode: OPCODE.ping, payload: "x".repeat(126) }]],
  ["a pong of 64 KiB", 1002, [{ opcode: OPCODE.pong, claimedLength: 65536 }]],
  ["a close frame of 202 bytes", 1002, [
    { opcode: OPCODE.close, payload: closePayload(1000, "x".repeat(200)) },
  ]],
  ["a ping in fragments", 1002, [{ opcode: OPCODE.ping, payload: "x", final: false }]],
  ["a close frame in fragments", 1002, [{ opcode: OPCODE.close, payload: closePayload(1000), final: false }]],
  ["a continuation of nothing", 1002, [{ opcode: OPCODE.continuation, payload: PING }]],
  ["a message within another", 1002, [{ payload: "{", final: false }, { payload: PING }]],
  ["a close frame of one byte", 1002, [{ opcode: OPCODE.close, payload: Buffer.of(3) }]],
  ...FORBIDDEN_CLOSE_CODES.map((code) =>
    [`the close code ${code}`, 1002, [{ opcode: OPCODE.close, payload: closePayload(code, "bye") }]] as const
  ),
  ["a byte that is no UTF-8", 1007, [{ payload: Buffer.from('"\xff"', "latin1") }]],
  ["a character that is cut off", 1007, [{ payload: Buffer.from('"\xe2\x82', "latin1") }]],
  ["an encoded surrogate", 1007, [{ payload: Buffer.from('"\xed\xa0\x80"', "latin1") }]],
  ["an overlong slash", 1007, [{ payload: Buffer.from('"\xc0\xaf"', "latin1") }]],
  ["invalid UTF-8 across fragments", 1007, [
    { payload: Buffer.from('"\xe2', "latin1"), final: false },
    { opcode: OPCODE.continuation, payload: '("' },
  ]],
  ["a close reason that is no UTF-8", 1007, [
    { opcode: OPCODE.close, payload: Buffer.concat([closePayload(1000), Buffer.of(0xff)]) },
  ]],
  ["one byte more than allowed, announced", 1009, [{ payload: "x", claimedLength: 10_001 }]],
  ["a terabyte, announced", 1009, [{ payload: "x", claimedLength: 2 ** 40 }]],
  ["2^53 bytes, announced", 1009, [{ payload: "x", claimedLength: 2 ** 53 }]],
  ["fragments that are too large together", 1009, [
    { payload: "x".repeat(9000), final: false },
    { opcode: OPCODE.continuation, payload: "x".repeat(9000) },
  ]],
];

/**
 * What Deno's WebSockets do not refuse: they take frames without a mask and long close reasons, and of what is announced they
 * wait for 64 MiB before the server can tell how large it is.
 */
const TAKEN_BY_DENO = [
  "a frame without a mask",
  "a pong of 64 KiB",
  "a close frame of 202 bytes",
  "one byte more than allowed, announced",
];
/** What this server has closed on Deno, or Deno with a frame; everything else it ends without a close frame. */
const CLOSED_BY_DENO = /^the close code \d+$|^fragments that are too large together$/;

const onDeno = serverTarget() === "deno";
const refused = VIOLATIONS.filter(([what]) => !onDeno || !TAKEN_BY_DENO.includes(what));

/** Expects the end of a connection: with a close frame of this code, or without one where Deno sends none. */
async function expectEnd(raw: RawSocket, code: number, hasFrame: boolean): Promise<void> {
  if (hasFrame) {
    const close = await raw.readClose();
    expect({ code: close.code, texts: close.texts }).toEqual({ code, texts: [] });
  }
  await raw.ended;
  expect(raw.unread.toString("latin1")).not.toContain("pusher");
}

test.each(refused)("%s ends the connection with %d", async (what, code, frames) => {
  const { raw } = await server.rawWebSocket();
  // What follows must no longer be listened to. All in one write: Deno drops a connection, and the close frame with it, on which a
  // message comes later than that.
  raw.write(Buffer.concat([...frames, { payload: PING }].map((frame) => buildFrame(frame))));
  await expectEnd(raw, code, !onDeno || CLOSED_BY_DENO.test(what));
});

if (onDeno) {
  test("a frame without a mask is taken for a message", async () => {
    const { raw } = await server.rawWebSocket();
    raw.sendFrame({ payload: PING, masked: false });
    expect(await raw.readText()).toBe(PONG);
    raw.destroy();
  });

  test("a message that is too large is waited for, then closed with 1009", async () => {
    const { raw } = await server.rawWebSocket();
    const frame = buildFrame({ payload: "x".repeat(10_001) });
    raw.write(frame.subarray(0, -1));
    raw.write(frame.subarray(-1));
    expect(await raw.readClose()).toMatchObject({ code: 1009, texts: [] });
    raw.destroy();
  });
}

test("a length with its highest bit set ends the connection", async () => {
  const { raw } = await server.rawWebSocket();
  raw.write(Buffer.from([0x81, 0xff, ...new Array(8).fill(0xff), 1, 2, 3, 4]));
  await expectEnd(raw, 1009, !onDeno);
});

test.each([1000, 1001, 1011, 3000, 4000, 4999])("the close code %d is answered with itself", async (code) => {
  const { raw } = await server.rawWebSocket();
  // In one write, as above.
  raw.write(Buffer.concat([
    buildFrame({ opcode: OPCODE.close, payload: closePayload(code, "bye") }),
    buildFrame({ payload: PING }),
  ]));
  expect(await raw.readClose()).toMatchObject({ code, texts: [] });
  await raw.ended;
});

test("a close frame without a code is answered", async () => {
  const { raw } = await server.rawWebSocket();
  raw.sendClose();
  expect((await raw.readFrame()).opcode).toBe(OPCODE.close);
  await raw.ended;
});

test("nothing behind a close frame in the same packet is done", async () => {
  const { raw } = await server.rawWebSocket();
  const subscribe = { event: "pusher:subscribe", data: { channel: "after-close" } };
  raw.write(Buffer.concat([
    buildFrame({ opcode: OPCODE.close, payload: closePayload(1000) }),
    buildFrame({ payload: JSON.stringify(subscribe) }),
  ]));
  expect((await raw.readClose()).texts).toEqual([]);
  expect((await server.api.get("/channels/after-close")).text).toBe('{"occupied":false}');
});

test("frames that are odd but allowed are answered, and the connection lives on", async () => {
  const { raw } = await server.rawWebSocket();
  for (const opcode of [OPCODE.text, OPCODE.binary]) {
    raw.sendFrame({ opcode });
    expect(await raw.readText()).toBe(INVALID_MESSAGE);
  }
  raw.sendFrame({ opcode: OPCODE.binary, payload: PING });
  expect(await raw.readText()).toBe(PONG);
  raw.sendFrame({ opcode: OPCODE.binary, payload: `\ufeff${PING}` });
  expect(await raw.readText()).toBe(INVALID_MESSAGE);
  raw.sendFrame({ payload: `\ufeff${PING}` });
  expect(await raw.readText()).toBe(INVALID_MESSAGE);
  // A length in more bytes than it needs.
  raw.write(Buffer.concat([Buffer.from([0x81, 0xfe, 0, PING.length, 0, 0, 0, 0]), Buffer.from(PING)]));
  expect(await raw.readText()).toBe(PONG);
  // A pong that was not asked for.
  raw.sendFrame({ opcode: OPCODE.pong, payload: "x".repeat(125) });
  raw.sendFrame({ opcode: OPCODE.ping, payload: "y".repeat(125) });
  expect(await raw.readFrame()).toMatchObject({ opcode: OPCODE.pong, text: "y".repeat(125) });
  raw.destroy();
});

test("a message in a hundred fragments, with pings between and bytes one by one, is one message", async () => {
  const { raw } = await server.rawWebSocket();
  const channel = "channel-€-😀".repeat(5);
  const pieces = fragments(JSON.stringify({ event: "pusher:subscribe", data: { channel } }), 1);
  expect(pieces.length).toBeGreaterThan(100);
  for (const [index, piece] of pieces.entries()) {
    raw.write(piece);
    raw.sendFrame({ opcode: OPCODE.continuation, final: false });
    if (index % 10 !== 0 || index === pieces.length - 1) continue;
    raw.sendFrame({ opcode: OPCODE.ping, payload: String(index) });
    expect((await raw.readFrame()).text).toBe(String(index));
  }
  raw.destroy();

  const { raw: other } = await server.rawWebSocket();
  for (const piece of pieces) other.write(piece);
  expect(JSON.parse(await other.readText())).toMatchObject({ channel });
  for (const byte of buildFrame({ payload: PING })) other.write(Buffer.of(byte));
  expect(await other.readText()).toBe(PONG);
  other.destroy();
});

test("five hundred messages in one packet are all answered, in their order", async () => {
  const { raw } = await server.rawWebSocket();
  const channels = Array.from({ length: 500 }, (_, index) => `packet-${index}`);
  raw.write(
    Buffer.concat(
      channels.map((channel) =>
        buildFrame({ payload: JSON.stringify({ event: "pusher:subscribe", data: { channel } }) })
      ),
    ),
  );
  for (const channel of channels) expect(JSON.parse(await raw.readText())).toMatchObject({ channel });
  raw.destroy();
  await server.untilAlone();
});

test("a frame that never ends and is cut off by a reset leaves nothing behind", async () => {
  const message = JSON.stringify({ event: "pusher:subscribe", data: { channel: "truncated" } });
  const size = buildFrame({ payload: message }).length;
  for (const length of [1, 2, 3, 6, 7, 20, size - 1]) {
    const { raw } = await server.rawWebSocket();
    raw.sendFrame({ payload: message }, length);
    raw.destroy();
  }
  await server.untilAlone();
  expect((await server.api.get("/channels/truncated")).text).toBe('{"occupied":false}');
});

test("a frame behind the handshake in the same packet is answered, a broken one ends the connection", async () => {
  const good = await server.raw();
  expect((await good.upgrade({ followedBy: buildFrame({ payload: PING }) })).status).toBe(101);
  expect(await good.readText()).toContain("pusher:connection_established");
  expect(await good.readText()).toBe(PONG);
  good.destroy();

  const bad = await server.raw();
  expect((await bad.upgrade({ followedBy: buildFrame({ payload: PING, reserved: 4 }) })).status).toBe(101);
  if (onDeno) await bad.ended;
  else expect((await bad.readClose()).code).toBe(1002);
  await bad.ended;
});

test("every violation is counted as what it is", async () => {
  const counting = await AbusedServer.start();
  for (const [, , frames] of refused) {
    const { raw } = await counting.rawWebSocket();
    for (const frame of frames) raw.sendFrame(frame);
    await raw.ended;
  }
  await counting.stop();
  const tooLarge = refused.filter(([, code]) => code === 1009).length;
  const summary = counting.running.output.text();
  expect(summary).toContain(`protocol_violation ${refused.length - tooLarge}`);
  expect(summary).toContain(`message_too_large ${tooLarge}`);
});
