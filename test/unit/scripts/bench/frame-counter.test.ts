import { describe, expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { FrameCounter } from "../../../../scripts/bench/load/frame-counter.ts";

const HANDSHAKE = Buffer.from("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");

function frame(opcode: number, length: number): Buffer {
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  if (head.length === 2) head[1] = length;
  else if (head.length === 4) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, Buffer.alloc(length, 0x7e)]);
}

describe("FrameCounter", () => {
  test("counts text messages of every length and hands over pings alone of the control frames, however the stream is cut", () => {
    const frames = fc.array(
      fc.record({
        opcode: fc.constantFrom(1, 9, 10),
        length: fc.constantFrom(0, 1, 125, 126, 127, 300, 65_535, 65_536),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        frames,
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }),
        fc.boolean(),
        (sent, cuts, answersPings) => {
          const stream = Buffer.concat([
            HANDSHAKE,
            ...sent.map(({ opcode, length }) => frame(opcode, length)),
          ]);
          const counter = new FrameCounter(), pings: number[] = [];
          if (answersPings) counter.pinged = (payload) => void pings.push(payload.length);
          for (let at = 0, cut = 0; at < stream.length; cut++) {
            const size = cuts[cut % cuts.length]!;
            counter.take(stream.subarray(at, at + size));
            at += size;
          }
          expect(counter.frames).toBe(sent.filter(({ opcode }) => opcode === 1).length);
          expect(pings).toEqual(
            answersPings ? sent.filter(({ opcode }) => opcode === 9).map(({ length }) => length) : [],
          );
          expect(counter.isWhole).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("is not whole while the end of a message is missing", () => {
    const counter = new FrameCounter();
    counter.take(Buffer.concat([HANDSHAKE, frame(1, 200).subarray(0, 100)]));
    expect(counter.frames).toBe(1);
    expect(counter.isWhole).toBe(false);
  });
});
