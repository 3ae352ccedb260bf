import type { LookupOutcome } from "../hub/applications/application-lookup.ts";
import type { SocketHandler, UpgradableRequest } from "../hub/connections/socket.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";
import type { Naming } from "../hub/recovery/connection-name.ts";
import type { Recovery } from "../hub/recovery/recovery.ts";
import { type NamedHandshake, nameHandshake } from "./recovery-cookies.ts";
import { requestTarget } from "./request-target.ts";
import { textResponse } from "./response.ts";

/** Why it is not known whether there is an application: its source is away, or too many others wait. */
export type Lateness = Exclude<LookupOutcome, "settled">;

/** What handshakes get from the rest of the server. */
export interface UpgradeOptions {
  /**
   * Makes the handler of a WebSocket that a client opens with this application key. `naming`: how its connection is named, where the
   * application's clients may come back after a cut. `lateness`: the client is told to come back.
   */
  readonly endpoint: (
    key: string,
    origin: string | null,
    address: string,
    naming: Naming | undefined,
    lateness?: Lateness,
  ) => SocketHandler;
  /** The recovery of the application with this key; `undefined` where it is off. */
  readonly recoveryByKey: (key: string) => Recovery | undefined;
  /** Whether there is no other node that may know a connection. */
  readonly isAlone: boolean;
  readonly monitor: Monitor;
}

/** Answers a request for a WebSocket. It waits only where other nodes are asked for the names in its jar. */
export function upgrade(
  options: UpgradeOptions,
  request: Request,
  caller: UpgradableRequest,
  key: string,
  answered: (answer: Response) => Response,
  lateness?: Lateness,
): Response | Promise<Response> {
  const { headers } = request;
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") return answered(noHandshake(options, caller));
  const origin = headers.get("origin"), recovery = options.recoveryByKey(key);
  const accept = (named?: NamedHandshake): Response => {
    const handler = options.endpoint(key, origin, caller.address, named?.naming, lateness);
    // The runtime has answered the handshake; the response that is returned here is never sent.
    const isAccepted = caller.upgrade(handler, named?.cookies);
    return answered(isAccepted ? new Response(null) : noHandshake(options, caller));
  };
  if (recovery === undefined || recovery.willRefuse(origin)) return accept();
  const name = (unknownElsewhere: ReadonlySet<string> | boolean): Response =>
    accept(nameHandshake(recovery, request, requestTarget(request.url), caller, unknownElsewhere));
  return recovery.jars.lookUp(headers.get("cookie"))?.then(name) ?? name(options.isAlone);
}

function noHandshake({ monitor }: UpgradeOptions, { address }: UpgradableRequest): Response {
  const detail = "a request for a WebSocket is not a valid WebSocket handshake";
  monitor.refused({ reason: "upgrade_required", detail, address });
  return textResponse("This address is for WebSocket connections.", 426, {
    Upgrade: "websocket",
    // RFC 6455, 4.2.2: the version of the protocol that the server speaks.
    "Sec-WebSocket-Version": "13",
  });
}
