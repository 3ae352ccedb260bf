import { expect, test } from "bun:test";
import { readGreeting } from "../../../../src/doctor/probe/websocket-greeting.ts";

function frame(first: number, payload: Buffer): Buffer {
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([first, ...length]), payload]);
}

test.each([[5], [125], [126], [1000]])("the first frame is read whole: %d bytes", (length) => {
  const text = "x".repeat(length), bytes = frame(0x81, Buffer.from(text));
  expect(readGreeting(bytes)).toEqual({ kind: "frame", text });
  expect(readGreeting(bytes.subarray(0, -1))).toBeUndefined();
});

test("a close frame has its code and reason read", () => {
  const payload = Buffer.concat([Buffer.from([0x0f, 0xa1]), Buffer.from("gone")]);
  expect(readGreeting(frame(0x88, payload)))
    .toEqual({ kind: "closed", code: 4001, reason: "gone" });
  const empty = { kind: "closed", code: undefined, reason: "" } as const;
  expect(readGreeting(frame(0x88, Buffer.alloc(0)))).toEqual(empty);
  expect(readGreeting(Buffer.concat([frame(0x88, Buffer.alloc(0)), Buffer.from("  ")]))).toEqual(empty);
});
