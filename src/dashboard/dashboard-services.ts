import type { ApplicationLookup } from "../hub/applications/application-lookup.ts";
import type { Cluster } from "../hub/cluster/cluster.ts";
import type { Caller } from "../hub/connections/socket.ts";
import type { BodyWatch } from "../http/body-watch.ts";
import type { Hub } from "../hub/hub.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";
import type { ClusterView, NodePlaces } from "./cluster-view.ts";
import type { Figures } from "./figures.ts";
import type { OccupiedChannels } from "./occupied-channels.ts";
import type { Sessions } from "./sessions.ts";
import type { SignInLimit } from "./sign-in-limit.ts";
import type { Viewers } from "./viewers.ts";
import type { Consoles } from "./console/consoles.ts";

/** What the dashboard needs of the server. */
export interface DashboardOptions extends NodePlaces {
  /** The server's path prefix, empty or like `/ws`. */
  readonly prefix: string;
  /** Whether it has a port of its own, on which there is nothing else. */
  readonly isAlone: boolean;
  /** Whether an address may use it; asked with each request. */
  readonly admits: (address: string) => boolean;
  /** Largest body of a request, in bytes; read with each request. */
  readonly maxRequestSize: () => number;
  readonly monitor: Monitor;
  /** Gives up bodies that stall. */
  readonly bodies: BodyWatch;
  readonly hubs: () => Iterable<Hub>;
  readonly hubById: (id: string) => Hub | undefined;
  readonly hubByKey: (key: string) => Hub | undefined;
  /** Looks up applications that are not known yet; `undefined` where the configuration has all of them. */
  readonly lookup: () => ApplicationLookup | undefined;
  readonly cluster: ClusterView;
  /** The port to the other nodes. */
  readonly port: Cluster;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  /** Seconds that only grow; `connectedAt` of a connection is one of them. */
  readonly seconds: () => number;
  /** 128 random bits, in hex. */
  readonly newSessionId: () => string;
  /** Resolves in a later turn of the event loop, so that the server can do other work first. */
  readonly yieldTurn: () => Promise<void>;
}

/** What the routes share. */
export interface DashboardServices extends DashboardOptions {
  /** Where the dashboard is: the prefix and `/dashboard`. */
  readonly path: string;
  readonly sessions: Sessions;
  readonly signInLimit: SignInLimit;
  readonly figures: Figures;
  readonly viewers: Viewers;
  readonly consoles: Consoles;
  readonly channels: OccupiedChannels;
}

/** What Hono hands to the routes beside a request. */
export type DashboardBindings = { Bindings: { readonly caller: Caller } };
