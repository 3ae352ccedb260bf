import type { Server } from "bun";
import { UNIX_CALLER } from "../../config/kinds/address-kind.ts";
import type { HttpListener, HttpServeOptions } from "../runtime.ts";
import { BunPlace } from "./place.ts";
import { withWholeUrl } from "./request.ts";

/**
 * Seconds for which an idle connection stays open after an answer, and a call may take. Bun's own 10 s are shorter than what proxies
 * keep (60 to 120 s): they would send a call over a connection that ends in the same moment. A connection that has not sent a whole
 * request yet keeps Bun's 10 s.
 */
export const IDLE_SECONDS = 240;

/** Serves plain HTTP with `Bun.serve`, apart from the server and its topics. Throws a `ListenError`. */
export function serveHttp(options: HttpServeOptions): HttpListener {
  const { unixSocket, answer, fault } = options;
  const nameless = unixSocket === undefined ? "unknown" : UNIX_CALLER;
  const handlers = {
    fetch: (request: Request, server: Server<undefined>) => {
      server.timeout(request, IDLE_SECONDS);
      return answer(withWholeUrl(request), { address: server.requestIP(request)?.address ?? nameless });
    },
    error(error: unknown) {
      fault(error);
      return new Response("Internal server error.", { status: 500 });
    },
  };
  const place = new BunPlace<Server<undefined>>(options, (at) => Bun.serve({ ...at, ...handlers }));
  return {
    port: place.port,
    sharing: place.sharing,
    stopListening: () => place.stopListening(),
    close() {
      place.stopListening();
      return place.current.stop(true);
    },
  };
}
