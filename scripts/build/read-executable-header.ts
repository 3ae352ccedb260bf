import type { ExecutableHeader } from "./executable-header.ts";
import { readElfHeader } from "./elf-header.ts";
import { readMachHeader } from "./mach-header.ts";
import { readPeHeader } from "./pe-header.ts";

/** How many bytes from the start of a file are enough to read its header. */
export const HEADER_BYTES = 65_536;

/** Reads the header from a file's first bytes. Throws an Error that says what is wrong with them. */
export function readExecutableHeader(bytes: Uint8Array): ExecutableHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const magic = view.getUint32(0, false);
    if (magic === 0x7f454c46) return readElfHeader(view);
    if (magic === 0xcffaedfe) return readMachHeader(view);
    if (magic >>> 16 === 0x4d5a) return readPeHeader(view);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new Error(`it ends or points outside its first ${bytes.length} bytes`);
    }
    throw error;
  }
  throw new Error("it is no ELF, Mach-O or PE executable");
}
