import { type Libc, openFirstLibc } from "../libc.ts";

/** The C library through Bun's foreign function interface. Throws where there is none. */
export async function openLibc(): Promise<Libc> {
  // Loaded only here: no other runtime has it.
  const { dlopen } = await import("bun:ffi");
  const { symbols } = openFirstLibc((name) =>
    dlopen(name, {
      socket: { args: ["i32", "i32", "i32"], returns: "i32" },
      sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
    })
  );
  return {
    socket: (domain, type, protocol) => symbols.socket(domain, type, protocol),
    sendto: (descriptor, bytes, flags, address) =>
      Number(symbols.sendto(descriptor, bytes, bytes.length, flags, address, address.length)),
  };
}
