import { describe, expect, test } from "bun:test";
import { readHttpAnswer } from "../../../../src/doctor/probe/http-answer.ts";

const HEAD = "HTTP/1.1 200 OK\r\nDate: Mon, 02 Jun 2025 10:00:00 GMT\r\n";

function read(text: string, ended = false): { status: number; body: string } | undefined {
  const answer = readHttpAnswer(Buffer.from(text), ended);
  return answer === undefined ? undefined : { status: answer.status, body: answer.body };
}

describe("a body ends", () => {
  test.each([
    ["with its length", `${HEAD}Content-Length: 2\r\n\r\nok`],
    ["with its last chunk", `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n0\r\n\r\n`],
  ])("%s, and not before", (_, text) => {
    expect(read(text)).toEqual({ status: 200, body: "ok" });
    for (let size = 0; size < text.length - 4; size++) {
      expect(read(text.slice(0, size))?.body).toBeUndefined();
    }
  });

  test("with the connection when nothing else is said", () => {
    expect(read(`${HEAD}\r\nok`)).toBeUndefined();
    expect(read(`${HEAD}\r\nok`, true)).toEqual({ status: 200, body: "ok" });
  });
});

test("headers are found by their lower-case names", () => {
  expect(readHttpAnswer(Buffer.from(`${HEAD}\r\n`), true)?.headers.get("date")).toBe(
    "Mon, 02 Jun 2025 10:00:00 GMT",
  );
});

test.each([["SSH-2.0-OpenSSH_9.6\r\n\r\n"], ["\x15\x03\x01\x00\x02\x02\x46"], [""], [
  "HTTP/1.1 abc\r\n\r\n",
]])(
  "%j is no answer over HTTP",
  (text) => {
    expect(read(text, true)).toBeUndefined();
  },
);

test("a chunk whose size is no number is never a body", () => {
  expect(read(`${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n`)).toBeUndefined();
});
