import { createHmac } from "node:crypto";
import { type Digests, NODE_DIGESTS } from "./digests.ts";

/** Bytes in a block of SHA-256. HMAC puts one such block, made of the key, before the signed text (RFC 2104). */
const BLOCK = 64;
/** Bytes in a digest of SHA-256. */
const DIGEST = 32;

/** Texts up to this many bytes are signed in a buffer that is kept; nearly all texts have a few hundred. */
const KEPT = 2048;

/**
 * A secret that signs often: HMAC-SHA256 as two plain hashes over buffers in which the key's blocks stay. Between two calls
 * nothing matters but those blocks, so one object serves all calls of an application.
 */
export class SigningKey {
  readonly #secret: string;
  /** The key's inner block, followed by the text to sign. */
  readonly #inner: Buffer;
  /** The key's outer block, followed by the inner digest. */
  readonly #outer: Buffer;
  /** The part of `#outer` for the inner digest. */
  readonly #outerEnd: Buffer;
  /** The part of `#inner` that the last text filled. It is kept, since most texts have the same length and a view costs as much as a hash. */
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
    // In UTF-8 a UTF-16 unit becomes three bytes at most.
    if (text.length * 3 > KEPT) return createHmac("sha256", this.#secret).update(text).digest("hex");
    const end = BLOCK + this.#inner.write(text, BLOCK);
    if (this.#signed.length !== end) this.#signed = this.#inner.subarray(0, end);
    this.#digests.sha256(this.#signed, this.#outerEnd);
    return this.#digests.sha256Hex(this.#outer);
  }
}
