import { createHmac, hash } from "node:crypto";

/** Bytes that SHA-256 takes at a time; HMAC puts one such block, made of the key, before what is signed (RFC 2104). */
const BLOCK = 64;
const DIGEST = 32;

/** Texts up to so many bytes are signed in a buffer that is kept; nearly all are a few hundred. */
const KEPT = 2048;

/**
 * A secret that signs often: HMAC-SHA256 as two plain hashes over blocks that are laid out once. Nothing is kept of a call, so
 * that one key serves everyone. Measured inside an API call on Bun: 2 µs, where making an Hmac object each time cost 5.
 */
export class SigningKey {
  readonly #secret: string;
  /** The key's inner block, and behind it what is signed. */
  readonly #inner: Buffer;
  /** The key's outer block, and behind it the inner digest. */
  readonly #outer: Buffer;

  constructor(secret: string) {
    this.#secret = secret;
    const key = Buffer.byteLength(secret) > BLOCK ? hash("sha256", secret, "buffer") : Buffer.from(secret);
    this.#inner = Buffer.alloc(BLOCK + KEPT, 0x36);
    this.#outer = Buffer.alloc(BLOCK + DIGEST, 0x5c);
    for (const [at, byte] of key.entries()) {
      this.#inner[at]! ^= byte;
      this.#outer[at]! ^= byte;
    }
  }

  /** Hex HMAC-SHA256 of a text's UTF-8. */
  sign(text: string): string {
    // Three bytes are the most that a UTF-16 unit can become.
    if (text.length * 3 > KEPT) return createHmac("sha256", this.#secret).update(text).digest("hex");
    const end = BLOCK + this.#inner.write(text, BLOCK);
    this.#outer.set(hash("sha256", this.#inner.subarray(0, end), "buffer"), BLOCK);
    return hash("sha256", this.#outer, "hex");
  }
}
