import { createHmac } from "node:crypto";
import { type Digests, NODE_DIGESTS } from "./digests.ts";

/** Bytes that SHA-256 takes at a time; HMAC puts one such block, made of the key, before what is signed (RFC 2104). */
const BLOCK = 64;
const DIGEST = 32;

/** Texts up to so many bytes are signed in a buffer that is kept; nearly all are a few hundred. */
const KEPT = 2048;

/**
 * A secret that signs often: HMAC-SHA256 as two plain hashes over blocks that are laid out once. Nothing is kept of a call but
 * how long its text was, so that one key serves everyone.
 */
export class SigningKey {
  readonly #secret: string;
  /** The key's inner block, and behind it what is signed. */
  readonly #inner: Buffer;
  /** The key's outer block, and behind it the inner digest. */
  readonly #outer: Buffer;
  /** Where the inner digest goes in it. */
  readonly #outerEnd: Buffer;
  /** As much of the inner one as the last text took: the next one is mostly as long, and a view costs as much as a hash. */
  #signed: Buffer;
  readonly #digests: Digests;

  constructor(secret: string, digests = NODE_DIGESTS) {
    this.#secret = secret;
    this.#digests = digests;
    let key = Buffer.from(secret);
    if (key.length > BLOCK) {
      digests.sha256(key, key);
      key = key.subarray(0, DIGEST);
    }
    this.#inner = Buffer.alloc(BLOCK + KEPT, 0x36);
    this.#outer = Buffer.alloc(BLOCK + DIGEST, 0x5c);
    for (const [at, byte] of key.entries()) {
      this.#inner[at]! ^= byte;
      this.#outer[at]! ^= byte;
    }
    this.#outerEnd = this.#outer.subarray(BLOCK);
    this.#signed = this.#inner;
  }

  /** Hex HMAC-SHA256 of a text's UTF-8. */
  sign(text: string): string {
    // Three bytes are the most that a UTF-16 unit can become.
    if (text.length * 3 > KEPT) return createHmac("sha256", this.#secret).update(text).digest("hex");
    const end = BLOCK + this.#inner.write(text, BLOCK);
    if (this.#signed.length !== end) this.#signed = this.#inner.subarray(0, end);
    this.#digests.sha256(this.#signed, this.#outerEnd);
    return this.#digests.sha256Hex(this.#outer);
  }
}
