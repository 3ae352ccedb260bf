/** The processors that the server is built for. */
export type Processor = "x64" | "arm64";

/** What an executable says of itself in its first bytes. */
export type ExecutableHeader =
  | {
    readonly format: "elf";
    readonly processor: Processor;
    /** The program that loads it; it tells glibc from musl. `undefined` for a static executable. */
    readonly interpreter: string | undefined;
  }
  | { readonly format: "mach-o"; readonly processor: Processor }
  | { readonly format: "pe"; readonly processor: Processor };
