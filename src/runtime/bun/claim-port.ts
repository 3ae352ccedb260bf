import { orListenError } from "../listen-error.ts";
import { SharedSocket } from "./port-sharing.ts";

/**
 * Takes a port for processes that are going to share it, and returns it: any free one for 0. A listener that shares its port would also
 * share it with a stranger, such as the same server started twice; so this process listens there alone for a moment. On Linux it keeps
 * the port from then on, by a socket that does not listen: an ordinary start is refused at all times. Throws a {@link ListenError} when
 * another program has the port.
 */
export function claimPort(hostname: string, port: number): number {
  return orListenError(() => {
    const claim = Bun.listen({ hostname, port, socket: { data() {} } });
    const claimed = claim.port;
    try {
      const socket = SharedSocket.onPort(claimed);
      socket.share(true);
      socket.hold();
    } catch {
      // The system has no such thing, or refuses it: between this moment and the first worker the port is free.
    }
    claim.stop(true);
    return claimed;
  });
}
