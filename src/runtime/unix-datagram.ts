import type { Libc } from "./libc.ts";

// Linux's numbers, the same on all its processors that we build for.
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** Bytes of `sun_path`. */
const PATH_BYTES = 108;

/**
 * Sends texts as datagrams to a Unix socket, for which neither runtime has an API: returns the function that sends one, and
 * whether it was taken. It never waits. Throws when the path does not fit or no socket is to be had.
 */
export function unixDatagramSender(libc: Libc, path: string): (text: string) => boolean {
  const address = socketAddress(path);
  const descriptor = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw new Error("the system gives no socket");
  return (text) => {
    const bytes = new TextEncoder().encode(text);
    return libc.sendto(descriptor, bytes, MSG_DONTWAIT | MSG_NOSIGNAL, address) === bytes.length;
  };
}

/**
 * The bytes of a `sockaddr_un` (unix(7)). A path ends with a zero; a name that begins with `@` belongs to the abstract
 * namespace, begins with a zero in place of the `@` and ends where the address ends.
 */
export function socketAddress(path: string): Uint8Array {
  const abstract = path.startsWith("@");
  const name = new TextEncoder().encode(abstract ? `\0${path.slice(1)}` : `${path}\0`);
  if (!abstract && !path.startsWith("/")) throw new Error(`"${path}" is neither a path nor an abstract name`);
  if (name.length > PATH_BYTES) throw new Error(`"${path}" is longer than ${PATH_BYTES - 1} bytes`);
  const address = new Uint8Array(2 + name.length);
  new Uint16Array(address.buffer, 0, 1)[0] = AF_UNIX;
  address.set(name, 2);
  return address;
}
