import { createServer } from "node:net";

/** Listens on an address for a moment. Resolves with the system's code when it cannot be had (`EACCES`), else with `undefined`. */
export function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
