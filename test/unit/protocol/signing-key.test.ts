import { describe, expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { NODE_DIGESTS } from "../../../src/protocol/digests.ts";
import { hmacSha256Hex } from "../../../src/protocol/signature.ts";
import { SigningKey } from "../../../src/protocol/signing-key.ts";
import { BUN_DIGESTS } from "../../../src/runtime/bun/digests.ts";

const DIGESTS = [["node:crypto", NODE_DIGESTS], ["Bun", BUN_DIGESTS]] as const;

describe.each(DIGESTS)("with the hashes of %s", (_, digests) => {
  test("a key signs texts of any lengths, one after another, as HMAC does", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ minLength: 600, maxLength: 2200 }));
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 140 }), fc.array(text), (secret, texts) => {
      const key = new SigningKey(secret, digests);
      expect(texts.map((each) => key.sign(each))).toEqual(texts.map((each) => hmacSha256Hex(secret, each)));
    }));
  });

  test.each([1, 63, 64, 65, 200])("a secret of %d bytes", (length) => {
    const secret = "k".repeat(length);
    expect(new SigningKey(secret, digests).sign("text")).toBe(hmacSha256Hex(secret, "text"));
  });

  test("a text that just fits into the buffer", () => {
    const key = new SigningKey("secret", digests);
    for (const length of [682, 683]) {
      const text = "\u20ac".repeat(length);
      expect(key.sign(text)).toBe(hmacSha256Hex("secret", text));
    }
  });
});
