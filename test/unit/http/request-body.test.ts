import { describe, expect, test } from "bun:test";
import { ApiError } from "../../../src/http/api-error.ts";
import { BodyWatch } from "../../../src/http/body-watch.ts";
import { parseBody, readBody } from "../../../src/http/request-body.ts";

const watch = new BodyWatch(() => performance.now());

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** A request whose body comes in pieces, without a length. */
function chunked(...chunks: string[]): Request {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(bytes(chunk));
      controller.close();
    },
  });
  return new Request("http://x/", { method: "POST", body });
}

describe("a body", () => {
  test("is read whole, with a length, in chunks or not at all", async () => {
    const withLength = new Request("http://x/", {
      method: "POST",
      body: "hällo",
      headers: { "Content-Length": "6" },
    });
    expect(new TextDecoder().decode(await readBody(withLength, 6, watch))).toBe("hällo");
    expect(new TextDecoder().decode(await readBody(chunked("a", "", "bc"), 3, watch))).toBe("abc");
    expect(new TextDecoder().decode(await readBody(chunked("abc"), 3, watch))).toBe("abc");
    expect((await readBody(new Request("http://x/"), 0, watch)).length).toBe(0);
  });

  test("is turned down as soon as it is too large, and the error names the limit and its setting", async () => {
    const announced = new Request("http://x/", {
      method: "POST",
      body: "x",
      headers: { "Content-Length": "99" },
    });
    const expected = { status: 413, reason: "api_too_large" };
    await expect(readBody(announced, 3, watch)).rejects.toMatchObject(expected);
    await expect(readBody(chunked("ab", "cd", "ef"), 3, watch)).rejects.toMatchObject(expected);
    await expect(readBody(chunked("abcd"), 3, watch)).rejects.toThrow(
      "the limit is 3 (REVERB_MAX_REQUEST_SIZE",
    );
  });
});

describe("the JSON of a body", () => {
  test("is an object", () => {
    expect(parseBody(bytes('{"name":"ä"}'))).toEqual({ name: "ä" });
  });

  test.each(["", "{", "nonsense", '{"a":1}x', "null", "7", '"{}"', "[]"])("is not %j", (text) => {
    expect(() => parseBody(bytes(text))).toThrow(ApiError);
  });

  test("is UTF-8", () => {
    expect(() => parseBody(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toThrow(
      "not valid JSON",
    );
  });
});
