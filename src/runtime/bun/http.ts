import { orListenError } from "../listen-error.ts";
import type { HttpListener, HttpServeOptions } from "../runtime.ts";
import { listenWithMode } from "../unix-socket.ts";
import { withWholeUrl } from "./request.ts";

/** Serves plain HTTP with `Bun.serve`, apart from the server and its topics. Throws a `ListenError`. */
export function serveHttp({ host, port, unixSocket, answer, fault }: HttpServeOptions): HttpListener {
  const handlers = {
    fetch: (request: Request) => answer(withWholeUrl(request)),
    error(error: unknown) {
      fault(error);
      return new Response("Internal server error.", { status: 500 });
    },
  };
  const server = orListenError(() =>
    unixSocket === undefined
      ? Bun.serve({ hostname: host, port, ...handlers })
      : listenWithMode(unixSocket, () => Bun.serve({ unix: unixSocket.path, ...handlers }))
  );
  return { port: server.port ?? port, close: () => server.stop(true) };
}
