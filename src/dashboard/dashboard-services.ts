import type { UpgradableRequest } from "../hub/connections/socket.ts";
import type { Hub } from "../hub/hub.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { Figures } from "./figures.ts";
import type { NodePlaces } from "./node-places.ts";
import type { Sessions } from "./sessions.ts";
import type { SignInLimit } from "./sign-in-limit.ts";
import type { Viewers } from "./viewers.ts";

/** What the dashboard needs of the rest. */
export interface DashboardOptions extends NodePlaces {
  /** The server's path prefix, empty or like `/ws`. */
  readonly prefix: string;
  /** Largest body of a request, in bytes; asked for each time. */
  readonly maxRequestSize: () => number;
  readonly monitor: Monitor;
  readonly hubs: () => Iterable<Hub>;
  readonly hubById: (id: string) => Hub | undefined;
  readonly hubByKey: (key: string) => Hub | undefined;
  readonly cluster: ClusterView;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  /** The second in which `connectedAt` of a connection is written. */
  readonly seconds: () => number;
  /** 128 random bits, in hex. */
  readonly newSessionId: () => string;
  /** Lets the server do its work. */
  readonly breathe: () => Promise<void>;
}

/** What the routes share. */
export interface DashboardServices extends DashboardOptions {
  /** Where the dashboard is: the prefix and `/dashboard`. */
  readonly path: string;
  readonly sessions: Sessions;
  readonly signInLimit: SignInLimit;
  readonly figures: Figures;
  readonly viewers: Viewers;
}

/** What Hono passes along with a request. */
export type DashboardBindings = { Bindings: { readonly caller: UpgradableRequest } };
