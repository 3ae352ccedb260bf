import { orListenError } from "../listen-error.ts";

/**
 * Listens on an address alone for a moment and returns the port: any free one for 0. A listener that shares its port would also
 * share it with a stranger, such as the same server started twice; so the first one asks here whether it is alone. Throws a
 * {@link ListenError} when it is not.
 */
export function claimPort(hostname: string, port: number): number {
  return orListenError(() => {
    const claim = Bun.listen({ hostname, port, socket: { data() {} } });
    const claimed = claim.port;
    claim.stop(true);
    return claimed;
  });
}
