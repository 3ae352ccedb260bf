import { readFileSync } from "node:fs";

/** The state of a socket that listens, in `/proc/net/tcp`. */
const LISTEN = "0A";

/** How many sockets of this machine listen on a TCP port, on any of its addresses; `undefined` where the system does not show it. */
export function listenerCount(port: number): number | undefined {
  const end = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  let count: number | undefined;
  for (const name of ["tcp", "tcp6"]) {
    try {
      const lines = readFileSync(`/proc/net/${name}`, "latin1").split("\n").slice(1);
      const found = lines.map((line) => line.trim().split(/\s+/))
        .filter(([, local, , state]) => state === LISTEN && local?.endsWith(end) === true);
      count = (count ?? 0) + found.length;
    } catch {
      // This is no Linux, or one without IPv6.
    }
  }
  return count;
}
