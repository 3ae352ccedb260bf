import type { ExecutableHeader, Processor } from "./executable-header.ts";

/** `Machine` of the COFF header. */
const MACHINES: ReadonlyMap<number, Processor> = new Map([[0x8664, "x64"], [0xaa64, "arm64"]]);
/** Where the old DOS header says where the new one begins. */
const NEW_HEADER_OFFSET = 0x3c;

/** Reads the header of a Windows executable. */
export function readPeHeader(view: DataView): ExecutableHeader {
  const offset = view.getUint32(NEW_HEADER_OFFSET, true);
  if (view.getUint32(offset, false) !== 0x50450000) {
    throw new Error("it is a DOS program, no Windows executable");
  }
  const machine = view.getUint16(offset + 4, true);
  const processor = MACHINES.get(machine);
  if (processor === undefined) throw new Error(`it is for the unknown PE machine ${machine}`);
  return { format: "pe", processor };
}
