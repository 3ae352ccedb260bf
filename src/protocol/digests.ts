import { hash } from "node:crypto";

/**
 * The hashes of the protocol. Every call to the HTTP API is hashed three times, and a runtime's own way may be shorter than the
 * one that all of them have.
 */
export interface Digests {
  /** Hex MD5, which the HTTP API wants of a request's body (`body_md5`); a checksum there, not a protection. */
  md5Hex(bytes: Uint8Array): string;
  /** Writes the SHA-256 of some bytes to the beginning of `into`, which MUST have room for its 32. */
  sha256(bytes: Uint8Array, into: Uint8Array): void;
  sha256Hex(bytes: Uint8Array): string;
}

/** What runs everywhere. */
export const NODE_DIGESTS: Digests = {
  md5Hex: (bytes) => hash("md5", bytes, "hex"),
  sha256: (bytes, into) => into.set(hash("sha256", bytes, "buffer")),
  sha256Hex: (bytes) => hash("sha256", bytes, "hex"),
};
