import type { DenoApi, DenoPlace, DenoSystemError } from "./deno-api.ts";
import { type HttpListener, type HttpServeOptions, ListenError } from "../runtime.ts";
import { listenWithMode } from "../unix-socket.ts";

declare const Deno: DenoApi;

/** Serves plain HTTP with `Deno.serve`, apart from the server. Throws a {@link ListenError}. */
export function serveDenoHttp({ host, port, unixSocket, answer, fault }: HttpServeOptions): HttpListener {
  const abort = new AbortController();
  const serve = (place: DenoPlace) =>
    Deno.serve({
      ...place,
      signal: abort.signal,
      onListen: () => {},
      onError: (error) => {
        fault(error);
        return new Response("Internal server error.", { status: 500 });
      },
    }, answer);
  try {
    const server = unixSocket === undefined
      ? serve({ hostname: host, port })
      : listenWithMode(unixSocket, () => serve({ path: unixSocket.path }));
    // It ends by itself when no file is left for a connection; whoever looks at metrics then sees that nobody answers.
    const finished = server.finished.catch(fault);
    return {
      port: server.addr.port ?? port,
      async close() {
        abort.abort();
        await finished;
      },
    };
  } catch (error) {
    const { code, message } = error as DenoSystemError;
    throw new ListenError(code ?? "UNKNOWN", message);
  }
}
