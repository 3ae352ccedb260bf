/** The functions of Linux's C library that no runtime offers in another way: sd_notify(3) needs datagrams to a Unix socket. */
export interface Libc {
  /** A new socket's descriptor, -1 when the system gives none. */
  socket(domain: number, type: number, protocol: number): number;
  /** How many bytes were sent, -1 when it failed. */
  sendto(descriptor: number, bytes: Uint8Array, flags: number, address: Uint8Array): number;
}

/** The names of the C library: glibc's, then musl's for each processor. */
const LIBC_NAMES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"] as const;

/** Opens the first C library that is there. Throws the first one's error when none is. */
export function openFirstLibc<T>(open: (name: string) => T): T {
  let first: unknown;
  for (const name of LIBC_NAMES) {
    try {
      return open(name);
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}
