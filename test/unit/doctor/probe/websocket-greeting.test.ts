import { expect, test } from "bun:test";
import { readGreeting } from "../../../../src/doctor/probe/websocket-greeting.ts";

const UPGRADED = Buffer.from("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");

function frame(first: number, payload: Buffer): Buffer {
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([first, ...length]), payload]);
}

test.each([[5], [125], [126], [1000]])("the first frame is read whole: %d bytes", (length) => {
  const text = "x".repeat(length), bytes = Buffer.concat([UPGRADED, frame(0x81, Buffer.from(text))]);
  expect(readGreeting(bytes)).toEqual({ kind: "frame", text });
  expect(readGreeting(bytes.subarray(0, -1))).toBeUndefined();
});

test("a close frame tells its code and reason", () => {
  const payload = Buffer.concat([Buffer.from([0x0f, 0xa1]), Buffer.from("gone")]);
  expect(readGreeting(Buffer.concat([UPGRADED, frame(0x88, payload)])))
    .toEqual({ kind: "closed", code: 4001, reason: "gone" });
  expect(readGreeting(Buffer.concat([UPGRADED, frame(0x88, Buffer.alloc(0)), Buffer.from("  ")])))
    .toEqual({ kind: "closed", code: undefined, reason: "" });
});

test("an answer without an upgrade is told at its head", () => {
  const answer = readGreeting(
    Buffer.from("HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\nContent-Length: 9\r\n\r\n"),
  );
  expect(answer).toMatchObject({ kind: "answered", status: 502 });
});
