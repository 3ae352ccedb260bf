import { hash } from "node:crypto";

/**
 * The hashes of the protocol. A runtime may have a faster implementation than `node:crypto`, which matters since every call to
 * the HTTP API needs three hashes.
 */
export interface Digests {
  /** Hex MD5 of a request's body (`body_md5` in the HTTP API). It serves as a checksum: the HMAC protects it. */
  md5Hex(bytes: Uint8Array): string;
  /** Writes the SHA-256 of some bytes to the beginning of `into`, which MUST have room for 32 bytes. */
  sha256(bytes: Uint8Array, into: Uint8Array): void;
  /** Hex SHA-256. */
  sha256Hex(bytes: Uint8Array): string;
}

/** The hashes of `node:crypto`, which every runtime has. */
export const NODE_DIGESTS: Digests = {
  md5Hex: (bytes) => hash("md5", bytes, "hex"),
  sha256: (bytes, into) => into.set(hash("sha256", bytes, "buffer")),
  sha256Hex: (bytes) => hash("sha256", bytes, "hex"),
};
