import type { ExecutableHeader, Processor } from "./executable-header.ts";

/** `cputype`: the processor with the bit for 64-bit addresses. */
const CPU_TYPES: ReadonlyMap<number, Processor> = new Map([[0x01000007, "x64"], [0x0100000c, "arm64"]]);

/** Reads the header of a 64-bit Mach-O file (`mach_header_64`). */
export function readMachHeader(view: DataView): ExecutableHeader {
  const cpuType = view.getUint32(4, true);
  const processor = CPU_TYPES.get(cpuType);
  if (processor === undefined) throw new Error(`it is for the unknown Mach-O processor ${cpuType}`);
  return { format: "mach-o", processor };
}
