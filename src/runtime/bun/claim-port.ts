import { type AddressInfo, createServer } from "node:net";
import { ListenError } from "../runtime.ts";

/**
 * Listens on an address alone for a moment and gives the port, which is any free one for 0. Who is going to share a port makes
 * sure in this way that no stranger, such as the same server started twice, has it. Rejects with a {@link ListenError}.
 */
export function claimPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", ({ code, message }: NodeJS.ErrnoException) => {
      reject(new ListenError(code ?? "UNKNOWN", message));
    });
    server.listen({ host, port, exclusive: true }, () => {
      const claimed = (server.address() as AddressInfo).port;
      server.close(() => resolve(claimed));
    });
  });
}
