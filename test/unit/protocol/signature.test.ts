import { describe, expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import {
  authMatches,
  channelStringToSign,
  hmacSha256Hex,
  signaturesEqual,
  signInStringToSign,
} from "../../../src/protocol/signature.ts";
import { SigningKey } from "../../../src/protocol/signing-key.ts";

// Key, secret and signatures from Pusher's documentation.
const KEY = "278d425bdf160c739803", SECRET = "7ad3773142a6692b25b8";

const vectors: readonly [text: string, signature: string][] = [
  [
    channelStringToSign("1234.1234", "private-foobar", undefined),
    "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4",
  ],
  [
    channelStringToSign(
      "1234.1234",
      "presence-foobar",
      '{"user_id":10,"user_info":{"name":"Mr. Channels"}}',
    ),
    "31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80",
  ],
  [
    signInStringToSign("1234.1234", '{"id":"12345"}'),
    "4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba",
  ],
];

test.each([...vectors])("%s", (text, signature) => {
  expect(hmacSha256Hex(SECRET, text)).toBe(signature);
  expect(authMatches(`${KEY}:${signature}`, KEY, new SigningKey(SECRET), text)).toBeTrue();
});

test("empty channel_data is part of the signed text", () => {
  expect(channelStringToSign("1.2", "presence-a", "")).toBe("1.2:presence-a:");
});

describe("auth", () => {
  const text = "1.2:private-a", good = hmacSha256Hex(SECRET, text);

  test.each([
    [`${KEY}:${good}`, true],
    [`${KEY}:${good.toUpperCase()}`, false],
    [`${KEY}:${good} `, false],
    [`${KEY}:${good.slice(1)}`, false],
    [`${KEY}:`, false],
    [KEY, false],
    [good, false],
    [`:${good}`, false],
    [`other:${good}`, false],
    [`${KEY}x:${good}`, false],
    [` ${KEY}:${good}`, false],
    [`${KEY}:${good}:${good}`, false],
    ["", false],
    [":", false],
    [`${KEY}:\ud800`, false],
  ])("%j matches: %p", (auth, matches) => {
    expect(authMatches(auth, KEY, new SigningKey(SECRET), text)).toBe(matches);
  });

  test("matches only with the signature of its own application, and never throws", () => {
    const any = fc.string({ unit: "binary" });
    // A key with a colon cannot be told from its signature; the configuration does not allow one.
    const key = any.filter((each) => each.isWellFormed() && !each.includes(":"));
    fc.assert(fc.property(any, key, fc.string({ minLength: 1 }), any, (auth, ownKey, secret, signed) => {
      const own = new SigningKey(secret);
      expect(authMatches(auth, ownKey, own, signed)).toBeFalse();
      expect(authMatches(`${ownKey}:${hmacSha256Hex(secret, signed)}`, ownKey, own, signed)).toBeTrue();
      expect(authMatches(`${ownKey}:${hmacSha256Hex(`${secret}x`, signed)}`, ownKey, own, signed))
        .toBeFalse();
    }));
  });
});

test("signatures are equal when their texts are equal", () => {
  const any = fc.string({ unit: "grapheme" });
  fc.assert(fc.property(any, any, (a, b) => {
    expect(signaturesEqual(a, a)).toBeTrue();
    expect(signaturesEqual(a, b)).toBe(a === b);
  }));
});
