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

/** What a request for a WebSocket is answered with once the runtime has completed its handshake: it is never sent. */
const COMPLETED = new Response(null);

/** Answers a request for a WebSocket. It waits only where other nodes are asked for the names in its jar. */
export function upgrade(
  options: UpgradeOptions,
  request: Request,
  caller: UpgradableRequest,
  key: string,
  lateness?: Lateness,
): Response | Promise<Response> {
  const { headers } = request;
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") return noHandshake(options, caller);
  const opening = { request, key, origin: headers.get("origin"), caller, lateness };
  const recovery = options.recoveryByKey(key);
  if (recovery === undefined || recovery.willRefuse(opening.origin)) return accept(options, opening);
  return acceptNamed(options, recovery, opening);
}

/** Gives the connection a name by which its client may come back. */
function acceptNamed(
  options: UpgradeOptions,
  recovery: Recovery,
  opening: Opening,
): Response | Promise<Response> {
  const { request, caller } = opening;
  const name = (unknownElsewhere: ReadonlySet<string> | boolean): Response =>
    accept(
      options,
      opening,
      nameHandshake(recovery, request, requestTarget(request.url), caller, unknownElsewhere),
    );
  return recovery.jars.lookUp(request.headers.get("cookie"))?.then(name) ?? name(options.isAlone);
}

/** A request that may become a WebSocket of the application with this key. */
interface Opening {
  readonly request: Request;
  readonly key: string;
  readonly origin: string | null;
  readonly caller: UpgradableRequest;
  readonly lateness: Lateness | undefined;
}

function accept(
  options: UpgradeOptions,
  { key, origin, caller, lateness }: Opening,
  named?: NamedHandshake,
): Response {
  const handler = options.endpoint(key, origin, caller.address, named?.naming, lateness);
  return caller.upgrade(handler, named?.cookies) ? COMPLETED : noHandshake(options, caller);
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
