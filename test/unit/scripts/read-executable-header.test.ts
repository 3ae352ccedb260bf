import { expect, test } from "bun:test";
import { readExecutableHeader } from "../../../scripts/build/read-executable-header.ts";
import { headerProblem, PLATFORMS } from "../../../scripts/build/platforms.ts";

/** An ELF file with one program header of another type before the one that names the loader. */
function elf(machine: number, interpreter?: string): Uint8Array {
  const bytes = new Uint8Array(512);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  view.setUint16(18, machine, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, interpreter === undefined ? 1 : 2, true);
  view.setUint32(64, 6, true);
  if (interpreter !== undefined) {
    view.setUint32(120, 3, true);
    view.setBigUint64(128, 300n, true);
    view.setBigUint64(152, BigInt(interpreter.length + 1), true);
    bytes.set(new TextEncoder().encode(interpreter), 300);
  }
  return bytes;
}

function mach(cpuType: number): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xfeedfacf, true);
  view.setUint32(4, cpuType, true);
  return bytes;
}

function pe(machine: number, signature = "PE\0\0"): Uint8Array {
  const bytes = new Uint8Array(256);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("MZ"));
  view.setUint32(0x3c, 128, true);
  bytes.set(new TextEncoder().encode(signature), 128);
  view.setUint16(132, machine, true);
  return bytes;
}

test("an ELF header tells the processor and, by its loader, the C library", () => {
  expect(readExecutableHeader(elf(0x3e, "/lib64/ld-linux-x86-64.so.2")))
    .toEqual({ format: "elf", processor: "x64", interpreter: "/lib64/ld-linux-x86-64.so.2" });
  expect(readExecutableHeader(elf(0xb7, "/lib/ld-musl-aarch64.so.1")))
    .toEqual({ format: "elf", processor: "arm64", interpreter: "/lib/ld-musl-aarch64.so.1" });
  expect(readExecutableHeader(elf(0x3e))).toEqual({
    format: "elf",
    processor: "x64",
    interpreter: undefined,
  });
});

test("Mach-O and PE headers tell the processor", () => {
  expect(readExecutableHeader(mach(0x01000007))).toEqual({ format: "mach-o", processor: "x64" });
  expect(readExecutableHeader(mach(0x0100000c))).toEqual({ format: "mach-o", processor: "arm64" });
  expect(readExecutableHeader(pe(0x8664))).toEqual({ format: "pe", processor: "x64" });
  expect(readExecutableHeader(pe(0xaa64))).toEqual({ format: "pe", processor: "arm64" });
});

test("a header is found in bytes that are part of a larger buffer", () => {
  const buffer = new Uint8Array(600);
  buffer.set(elf(0x3e, "/x"), 88);
  expect(readExecutableHeader(buffer.subarray(88))).toMatchObject({ interpreter: "/x" });
});

test.each<readonly [string, Uint8Array, string]>([
  ["nothing", new Uint8Array(0), "it ends or points outside its first 0 bytes"],
  ["a script", new TextEncoder().encode("#!/bin/sh\n"), "it is no ELF, Mach-O or PE executable"],
  ["an ELF file that ends early", elf(0x3e, "/x").subarray(0, 150), "outside its first 150 bytes"],
  ["a 32-bit ELF file", elf(0x3e).fill(1, 4, 5), "it is no 64-bit little-endian ELF file"],
  ["an ELF file for RISC-V", elf(0xf3), "it is for the unknown ELF machine 243"],
  ["a Mach-O file for PowerPC", mach(0x01000012), "it is for the unknown Mach-O processor 16777234"],
  ["a DOS program", pe(0x8664, "NE\0\0"), "it is a DOS program, no Windows executable"],
  ["a PE file for ARM of 32 bits", pe(0x1c4), "it is for the unknown PE machine 452"],
  ["a PE file whose header points nowhere", pe(0x8664).fill(0xff, 0x3c, 0x40), "points outside its first"],
])("%s is refused with its reason", (_name, bytes, reason) => {
  expect(() => readExecutableHeader(bytes)).toThrow(reason);
});

test("an executable for another platform is told from the right one", () => {
  const expected = { format: "elf", processor: "x64", interpreter: "/lib64/ld-linux-x86-64.so.2" } as const;
  expect(headerProblem(expected, { ...expected })).toBeUndefined();
  expect(headerProblem(expected, { ...expected, interpreter: "/lib/ld-musl-x86_64.so.1" })).toBe(
    "its header says elf x64, loaded by /lib/ld-musl-x86_64.so.1, " +
      "expected elf x64, loaded by /lib64/ld-linux-x86-64.so.2",
  );
  expect(headerProblem(expected, { format: "pe", processor: "x64" })).toStartWith("its header says pe x64,");
});

test("no two platforms share a name or a target", () => {
  expect(new Set(PLATFORMS.map(({ name }) => name)).size).toBe(PLATFORMS.length);
  expect(new Set(PLATFORMS.map(({ target }) => target)).size).toBe(PLATFORMS.length);
});
