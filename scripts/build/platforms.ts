import { type ExecutableHeader, type Processor } from "./executable-header.ts";

/** One executable of a release. */
export interface Platform {
  /** The file's name. */
  readonly name: string;
  readonly target: Bun.Build.CompileTarget;
  /** What its header must be. */
  readonly header: ExecutableHeader;
}

/** The loader of each C library; its name stands in every executable that needs that library. */
const LOADERS = {
  glibc: { x64: "/lib64/ld-linux-x86-64.so.2", arm64: "/lib/ld-linux-aarch64.so.1" },
  musl: { x64: "/lib/ld-musl-x86_64.so.1", arm64: "/lib/ld-musl-aarch64.so.1" },
} as const;

function linux(libc: keyof typeof LOADERS, processor: Processor): ExecutableHeader {
  return { format: "elf", processor, interpreter: LOADERS[libc][processor] };
}

/** All executables of a release. The x64 ones need AVX2, except for those called `baseline`. */
export const PLATFORMS: readonly Platform[] = [
  { name: "resound-linux-x64", target: "bun-linux-x64-modern", header: linux("glibc", "x64") },
  { name: "resound-linux-x64-baseline", target: "bun-linux-x64-baseline", header: linux("glibc", "x64") },
  { name: "resound-linux-x64-musl", target: "bun-linux-x64-musl", header: linux("musl", "x64") },
  {
    name: "resound-linux-x64-musl-baseline",
    target: "bun-linux-x64-baseline-musl",
    header: linux("musl", "x64"),
  },
  { name: "resound-linux-arm64", target: "bun-linux-arm64", header: linux("glibc", "arm64") },
  { name: "resound-linux-arm64-musl", target: "bun-linux-arm64-musl", header: linux("musl", "arm64") },
  { name: "resound-darwin-x64", target: "bun-darwin-x64", header: { format: "mach-o", processor: "x64" } },
  {
    name: "resound-darwin-arm64",
    target: "bun-darwin-arm64",
    header: { format: "mach-o", processor: "arm64" },
  },
  { name: "resound-windows-x64.exe", target: "bun-windows-x64", header: { format: "pe", processor: "x64" } },
];

/** Why the header of an executable is not the platform's own; `undefined` when it is. */
export function headerProblem(expected: ExecutableHeader, found: ExecutableHeader): string | undefined {
  const wanted = describeHeader(expected), got = describeHeader(found);
  return wanted === got ? undefined : `its header says ${got}, expected ${wanted}`;
}

/** A header for people: `elf x64, loaded by /lib64/ld-linux-x86-64.so.2`. */
export function describeHeader(header: ExecutableHeader): string {
  const text = `${header.format} ${header.processor}`;
  if (header.format !== "elf") return text;
  return header.interpreter === undefined ? `${text}, static` : `${text}, loaded by ${header.interpreter}`;
}
