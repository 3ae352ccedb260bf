import type { CompressionMode } from "../../config/config.ts";

/** What `Bun.serve` takes as `perMessageDeflate`, and which frames it is to compress. */
export interface BunCompression {
  readonly perMessageDeflate:
    | false
    | { readonly compress: "shared" | "16KB"; readonly decompress: "shared" };
  /** Characters from which on a frame is compressed; infinite for none. */
  readonly from: number;
}

/**
 * Bun compresses a message once for each receiver, in every mode, and cannot send bytes that are compressed already. Measured
 * with JSON: by itself a message of 100 bytes becomes 91 for 5 µs, one of 1,000 becomes 300 for 9 µs; so short ones are sent as
 * they are. With the connection's own window they become 13 and 200. Windows above 16 KB save hardly any more bytes and cost
 * more time; with 16 KB each connection takes some 150 KB.
 */
const COMPRESSIONS: Readonly<Record<CompressionMode, BunCompression>> = {
  off: { perMessageDeflate: false, from: Infinity },
  shared: { perMessageDeflate: { compress: "shared", decompress: "shared" }, from: 512 },
  dedicated: { perMessageDeflate: { compress: "16KB", decompress: "shared" }, from: 64 },
};

/** How Bun does what the mode says. */
export function compressionOf(mode: CompressionMode): BunCompression {
  return COMPRESSIONS[mode];
}
