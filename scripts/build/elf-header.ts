import type { ExecutableHeader, Processor } from "./executable-header.ts";

/** `e_machine`. */
const MACHINES: ReadonlyMap<number, Processor> = new Map([[0x3e, "x64"], [0xb7, "arm64"]]);
/** `p_type` of the entry that names the loader. */
const PT_INTERP = 3;

/** Reads a 64-bit little-endian ELF header (System V gABI, chapters 4 and 5) with the loader that it asks for. */
export function readElfHeader(view: DataView): ExecutableHeader {
  if (view.getUint8(4) !== 2 || view.getUint8(5) !== 1) {
    throw new Error("it is no 64-bit little-endian ELF file");
  }
  const machine = view.getUint16(18, true);
  const processor = MACHINES.get(machine);
  if (processor === undefined) throw new Error(`it is for the unknown ELF machine ${machine}`);
  return { format: "elf", processor, interpreter: interpreterOf(view) };
}

function interpreterOf(view: DataView): string | undefined {
  const table = Number(view.getBigUint64(32, true));
  const entrySize = view.getUint16(54, true);
  const entries = view.getUint16(56, true);
  for (let index = 0; index < entries; index++) {
    const entry = table + index * entrySize;
    if (view.getUint32(entry, true) !== PT_INTERP) continue;
    const offset = Number(view.getBigUint64(entry + 8, true));
    const size = Number(view.getBigUint64(entry + 32, true));
    let name = "";
    // The last byte is a zero.
    for (let at = offset; at < offset + size - 1; at++) name += String.fromCharCode(view.getUint8(at));
    return name;
  }
  return undefined;
}
