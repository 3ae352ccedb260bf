import { expect, test } from "bun:test";
import { NODE_DIGESTS } from "../../../src/protocol/digests.ts";
import { BUN_DIGESTS } from "../../../src/runtime/bun/digests.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([["node:crypto", NODE_DIGESTS], ["Bun", BUN_DIGESTS]] as const)(
  "the hashes of %s are those of RFC 1321 and FIPS 180",
  (_, digests) => {
    expect(digests.md5Hex(bytes(""))).toBe("d41d8cd98f00b204e9800998ecf8427e");
    expect(digests.md5Hex(bytes("message digest"))).toBe("f96b697d7cb7938d525a2f31aaf161d0");
    const hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(digests.sha256Hex(bytes("abc"))).toBe(hex);
    const into = new Uint8Array(33).fill(7);
    digests.sha256(bytes("abc"), into);
    expect(Buffer.from(into).toString("hex")).toBe(`${hex}07`);
  },
);
