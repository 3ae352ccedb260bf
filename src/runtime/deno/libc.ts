import type { DenoApi } from "./deno-api.ts";
import { type Libc, openFirstLibc } from "../libc.ts";

declare const Deno: DenoApi;

/** The C library through Deno's foreign function interface. Throws where there is none, or without the permission. */
export function openLibc(): Libc {
  const { symbols } = openFirstLibc((name) =>
    Deno.dlopen(name, {
      socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
      sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
    })
  );
  return {
    socket: (domain, type, protocol) => Number(symbols.socket(domain, type, protocol)),
    sendto: (descriptor, bytes, flags, address) =>
      Number(symbols.sendto(descriptor, bytes, BigInt(bytes.length), flags, address, address.length)),
  };
}
