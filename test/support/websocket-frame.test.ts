import { expect, test } from "bun:test";
import { readResponse } from "./http-response.ts";
import { buildFrame, closePayload, fragments, OPCODE, readFrame } from "./websocket-frame.ts";

test("frames of every length form are read as they were built", () => {
  for (const size of [0, 1, 125, 126, 65535, 65536]) {
    for (const masked of [true, false]) {
      const payload = Buffer.alloc(size, "ab");
      const bytes = buildFrame({ opcode: OPCODE.binary, payload, masked });
      const read = readFrame(Buffer.concat([bytes, Buffer.from("next")]));
      expect(read?.size).toBe(bytes.length);
      expect(read?.frame.payload.equals(payload)).toBe(true);
      expect(readFrame(bytes.subarray(0, -1))).toBeUndefined();
    }
  }
});

test("a text frame has the bytes of RFC 6455, section 5.7", () => {
  expect(buildFrame({ payload: "Hello", masked: false }).toString("hex")).toBe("810548656c6c6f");
  expect(buildFrame({ payload: "Hello" }).subarray(0, 2).toString("hex")).toBe("8185");
  expect(buildFrame({ payload: "Hel", masked: false, final: false }).toString("hex")).toBe("010348656c");
  expect(buildFrame({ masked: false, reserved: 4, claimedLength: 3 }).toString("hex")).toBe("c103");
});

test("a close frame carries its code and reason", () => {
  const bytes = buildFrame({ opcode: OPCODE.close, payload: closePayload(4001, "gone ü") });
  expect(readFrame(bytes)?.frame).toMatchObject({ closeCode: 4001, closeReason: "gone ü" });
  expect(readFrame(buildFrame({ opcode: OPCODE.close }))?.frame.closeCode).toBeUndefined();
});

test("a fragmented message is text, continuations, and a final one", () => {
  const frames = fragments("abcdefg", 3).map((bytes) => readFrame(bytes)?.frame);
  expect(frames.map((frame) => [frame?.opcode, frame?.final, frame?.text]))
    .toEqual([[1, false, "abc"], [0, false, "def"], [0, true, "g"]]);
});

test("HTTP bodies end by length, by the last chunk, or with the connection", () => {
  const read = (text: string, ended = false): string | undefined =>
    readResponse(Buffer.from(text.replaceAll("\n", "\r\n")), ended)?.response.body.toString();
  expect(read("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}HTTP/1.1")).toBe("{}");
  expect(read("HTTP/1.1 200 OK\nContent-Length: 3\n\n{}")).toBeUndefined();
  expect(read("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nab\n1\nc\n0\n\n")).toBe("abc");
  expect(read("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nab\n")).toBeUndefined();
  expect(read("HTTP/1.1 400 Bad\n\noops")).toBeUndefined();
  expect(read("HTTP/1.1 400 Bad\n\noops", true)).toBe("oops");
  expect(read("HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\n\n")).toBe("");
});
