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
 * Bun compresses once for each receiver, whichever the mode, and gives no way to send what was compressed before. Measured with
 * JSON: by itself a message of 100 bytes becomes 91 for 5 µs, one of 1,000 becomes 300 for 9 µs, so that short ones are left as
 * they are. With the connection's own window they become 13 and 200. Of the windows that Bun has, 16 KB is the one from
 * which on more memory saves hardly any bytes and costs more time; each connection then takes some 150 KB.
 */
const COMPRESSIONS: Readonly<Record<CompressionMode, BunCompression>> = {
  off: { perMessageDeflate: false, from: Infinity },
  shared: { perMessageDeflate: { compress: "shared", decompress: "shared" }, from: 512 },
  dedicated: { perMessageDeflate: { compress: "16KB", decompress: "shared" }, from: 64 },
};

/** How Bun does what the mode says. */
export function bunCompression(mode: CompressionMode): BunCompression {
  return COMPRESSIONS[mode];
}
