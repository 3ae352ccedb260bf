import { expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import fc from "../../support/fast-check.ts";
import { framesOf, type Message, MessageReader } from "../../../src/bridge/wire.ts";

function readAll(chunks: readonly Buffer[]): Message[] {
  const reader = new MessageReader();
  return chunks.flatMap((chunk) => [...reader.read(chunk)].flat());
}

const messages = fc.array(
  fc.tuple(fc.string(), fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.constant(null))),
  { maxLength: 20 },
);

test("messages are read as they were sent, in chunks of any length", () => {
  fc.assert(
    fc.property(
      fc.array(messages, { maxLength: 5 }),
      fc.array(fc.nat(), { maxLength: 30 }),
      (turns, cuts) => {
        const bytes = Buffer.concat(turns.flatMap((turn) => framesOf(turn)));
        const at = [
          0,
          ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((one, other) => one - other),
          bytes.length,
        ];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(readAll(chunks)).toEqual(turns.flat());
      },
    ),
  );
});

test("many messages, and long ones, are several frames", () => {
  const many = Array.from({ length: 10_000 }, (_, number): Message => ["many", number]);
  expect(framesOf(many).length).toBeGreaterThan(2);
  expect(readAll(framesOf(many))).toEqual(many);
  const long = Array.from({ length: 3 }, (): Message => ["long", "x".repeat(3_000_000)]);
  expect(framesOf(long)).toHaveLength(3);
  expect(readAll(framesOf(long))).toEqual(long);
});

test("a frame that is no list of messages, or is said to be too long, is a fault", () => {
  for (const text of ["{}", "[[1]]", "[1]", "[[]]", "[", ""]) {
    const frame = Buffer.alloc(4 + text.length, text, "latin1");
    frame.writeUInt32BE(text.length);
    frame.write(text, 4);
    expect(() => readAll([frame])).toThrow();
  }
  expect(() => readAll([Buffer.from([0x04, 0, 0, 1, 0x5b])])).toThrow("too long");
  expect(() => framesOf([["long", "x".repeat(67_108_864)]])).toThrow("too long");
});
