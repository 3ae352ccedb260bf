import type { DenoApi, DenoPlace } from "./deno-api.ts";
import { callerAddress, turnedAway, withOwnPath } from "./request.ts";
import { orListenError } from "../listen-error.ts";
import type { HttpListener, HttpServeOptions } from "../runtime.ts";
import { listenWithMode } from "../unix-socket.ts";

declare const Deno: DenoApi;

/**
 * Serves plain HTTP with `Deno.serve`, apart from the server. Deno cannot share a port, and cannot stop listening without ending
 * what it answers; so callers are turned away from then on. Throws a {@link ListenError}.
 */
export function serveHttp({ host, port, unixSocket, answer, fault }: HttpServeOptions): HttpListener {
  const abort = new AbortController();
  let listening = true;
  const serve = (place: DenoPlace) =>
    Deno.serve({
      ...place,
      signal: abort.signal,
      onListen: () => {},
      onError: (error) => {
        fault(error);
        return new Response("Internal server error.", { status: 500 });
      },
    }, (request, { remoteAddr }) => {
      if (!listening) return turnedAway();
      return answer(withOwnPath(request), { address: callerAddress(remoteAddr) });
    });
  const server = orListenError(() =>
    unixSocket === undefined
      ? serve({ hostname: host, port })
      : listenWithMode(unixSocket, () => serve({ path: unixSocket.path }))
  );
  // Deno ends it when no file is left for a connection; a scrape of the metrics then finds that nothing answers.
  const finished = server.finished.catch(fault);
  return {
    port: server.addr.port ?? port,
    stopListening() {
      listening = false;
    },
    async close() {
      abort.abort();
      await finished;
    },
  };
}
