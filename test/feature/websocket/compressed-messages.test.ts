import { describe, expect, test } from "bun:test";
import { compressed, OFFER } from "../../support/message-compression.ts";
import { serverTarget } from "../../support/server-target.ts";
import { buildFrame, OPCODE } from "../../support/websocket-frame.ts";
import { COMPRESSED, connected, ping } from "../../support/compressed-peer.ts";
import { PONG } from "../../support/frames.ts";
import { useServer } from "../../support/use-server.ts";

/** The largest message that a client may send here, in bytes. */
const LARGEST = 10_000;

/** There nothing is compressed (compression.test.ts). */
const onDeno = serverTarget() === "deno";
const shared = useServer({ env: { REVERB_COMPRESSION: "shared", REVERB_LOG_LEVEL: "debug" } });
const dedicated = useServer({ env: { REVERB_COMPRESSION: "dedicated" } });

describe.skipIf(onDeno).each([["shared", shared], ["dedicated", dedicated]])(
  "%s: a client's message",
  (_, server) => {
    /** Sends a message in pieces of the compressed bytes. */
    const inPieces = (payload: Buffer, pieces: number): Buffer[] => {
      const size = Math.ceil(payload.length / pieces);
      return Array.from({ length: pieces }, (_, index) =>
        buildFrame({
          opcode: index === 0 ? OPCODE.text : OPCODE.continuation,
          // Only the first of them says that the message is compressed.
          reserved: index === 0 ? COMPRESSED : 0,
          payload: payload.subarray(index * size, (index + 1) * size),
          final: index === pieces - 1,
        }));
    };

    test.each([["whole", 1], ["in fragments", 5]])(
      "that is as long as it may be is read, %s",
      async (_, pieces) => {
        const { raw } = await connected(server, OFFER);
        for (const frame of inPieces(compressed(ping(LARGEST)), pieces)) raw.write(frame);
        expect(await raw.readText()).toBe(PONG);
        raw.destroy();
      },
    );

    test.each([
      ["one byte longer", LARGEST + 1, 1],
      ["one byte longer, in fragments", LARGEST + 1, 5],
      ["a bomb of 50 MB in 50 KB", 50_000_000, 1],
      ["a bomb in fragments of less than the limit", 5_000_000, 10],
    ])(
      "that is %s closes it (1009): what counts is its length when it is no more compressed",
      async (_, length, pieces) => {
        const payload = compressed(ping(length));
        const { raw } = await connected(server, OFFER);
        for (const frame of inPieces(payload, pieces)) raw.write(frame);
        expect(await raw.readClose()).toMatchObject({ code: 1009, texts: [] });
        raw.destroy();
      },
    );

    test("that cannot be read ends its connection, and no other", async () => {
      const { raw } = await connected(server, OFFER), other = await connected(server, OFFER);
      raw.sendFrame({ payload: Buffer.alloc(200, 0xff), reserved: COMPRESSED });
      await raw.ended;
      other.raw.send({ event: "pusher:ping", data: {} });
      expect((await other.next()).text).toBe(PONG);
      other.raw.destroy();
    });

    test("that is not compressed is read as before", async () => {
      const { raw, next } = await connected(server, OFFER);
      raw.send(ping(500));
      expect((await next()).text).toBe(PONG);
      raw.destroy();
    });
  },
);

test.skipIf(onDeno)("a bomb is in the log as a message that was too large", async () => {
  const { raw } = await connected(shared, OFFER);
  raw.sendFrame({ payload: compressed(ping(1_000_000)), reserved: COMPRESSED });
  await raw.readClose();
  await shared.output.waitFor(/max_message_size|too large/);
});
