import { describe, expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { apiStringToSign, foldLists, parseQuery } from "../../../src/protocol/api-signature.ts";
import { hmacSha256Hex } from "../../../src/protocol/signature.ts";
import { encodeQuery, signRequest } from "../../support/sign-request.ts";

test("Pusher's own example is signed as documented", () => {
  const query = "auth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0" +
    "&body_md5=ec365a775a4cd0599faeb73354201b6f";
  const text = apiStringToSign(
    "POST",
    "/apps/3/events",
    foldLists(parseQuery(query, true)),
    "ec365a775a4cd0599faeb73354201b6f",
  );
  expect(hmacSha256Hex("7ad3773142a6692b25b8", text)).toBe(
    "da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c",
  );
});

describe("the text to sign", () => {
  const sign = (parameters: Record<string, string>, bodyMd5?: string): string =>
    apiStringToSign("GET", "/p", Object.entries(parameters), bodyMd5).split("\n")[2]!;

  test.each(
    [
      ["names are sorted and in lower case", { b: "2", A: "1" }, undefined, "a=1&b=2"],
      [
        "names are sorted by themselves, not with what follows",
        { a_b: "1", a: "2", "a-": "3" },
        undefined,
        "a=2&a-=3&a_b=1",
      ],
      ["values stay as they are", { a: "X&=%20 y" }, undefined, "a=X&=%20 y"],
      ["the signature is not signed", { a: "1", auth_signature: "x", AUTH_SIGNATURE: "y" }, undefined, "a=1"],
      [
        "what Reverb's router adds is not signed",
        { appId: "1", appKey: "2", channelName: "3", a: "4" },
        undefined,
        "a=4",
      ],
      [
        "the body's checksum is ours, not the caller's",
        { body_md5: "theirs", c: "1" },
        "ours",
        "body_md5=ours&c=1",
      ],
      ["without a body there is none", { body_md5: "theirs", c: "1" }, undefined, "c=1"],
      ["nothing is nothing", {}, undefined, ""],
    ] as const,
  )("%s", (_, parameters, bodyMd5, expected) => {
    expect(sign(parameters, bodyMd5)).toBe(expected);
  });
});

describe("a query", () => {
  test.each([
    ["", []],
    ["a=1&b=2", [["a", "1"], ["b", "2"]]],
    ["a", [["a", ""]]],
    ["a=", [["a", ""]]],
    ["=1", [["", "1"]]],
    ["a=1=2", [["a", "1=2"]]],
    ["&a=1&&", [["a", "1"]]],
    ["a=%C3%A4+b%2B", [["a", "ä b+"]]],
    ["%61=1", [["a", "1"]]],
    ["a=%&b=%zz&c=%C3", [["a", "%"], ["b", "%zz"], ["c", "%C3"]]],
    ["a=1&a=2", [["a", "1"], ["a", "2"]]],
  ])("%j", (query, pairs) => {
    expect(parseQuery(query, true)).toEqual(pairs as [string, string][]);
  });

  test("stays as it was sent unless it is decoded", () => {
    expect(parseQuery("a=%C3%A4+b&%61", false)).toEqual([["a", "%C3%A4+b"], ["%61", ""]]);
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), fc.boolean(), (query, decode) => {
      foldLists(parseQuery(query, decode));
    }));
  });
});

test("lists are folded, in each of their forms", () => {
  const fold = (query: string): unknown => Object.fromEntries(foldLists(parseQuery(query, true)));
  expect(fold("info[0]=a&info[1]=b")).toEqual({ info: "a,b" });
  expect(fold("info[]=a&info[]=b")).toEqual({ info: "a,b" });
  expect(fold("info%5B0%5D=a")).toEqual({ info: "a" });
  expect(fold("info=a,b")).toEqual({ info: "a,b" });
  // Of several parameters with a plain name the last one counts, as in PHP.
  expect(fold("info=a&info=b")).toEqual({ info: "b" });
  expect(fold("info[x]=a&[]=b&info[0][1]=c")).toEqual({ "info[x]": "a", "[]": "b", "info[0][1]": "c" });
});

test("the signature of pusher-http-php fits the query that Guzzle sends, for any parameters", () => {
  const value = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }),
  );
  // PHP's client sends only names of its own; brackets in them would be lists.
  const name = fc.stringMatching(/^[a-z][a-z_]{0,10}$/);
  fc.assert(
    fc.property(fc.dictionary(name, value), fc.option(fc.string(), { nil: undefined }), (query, body) => {
      const parameters = signRequest({
        method: "POST",
        path: "/apps/3/events",
        query,
        key: "key",
        secret: "secret",
        timestamp: "1353088179",
        ...(body === undefined ? {} : { body }),
      });
      const received = foldLists(parseQuery(encodeQuery(parameters), true));
      const bodyMd5 = parameters["body_md5"] as string | undefined;
      const text = apiStringToSign("POST", "/apps/3/events", received, bodyMd5);
      expect(hmacSha256Hex("secret", text)).toBe(received.get("auth_signature")!);
    }),
    { numRuns: 300 },
  );
});
