import type { OwnerLink } from "../bridge/node/owner-link.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";
import type { PlacesBefore } from "../server/open-places.ts";
import type { RunningServer } from "../server/running-server.ts";
import type { ServerControl } from "./control/server-control.ts";
import type { RunningServerDescription } from "./registry/runtime-registration.ts";
import type { SeenSignal } from "./restart-signal/restart-signal-watch.ts";
import type { ServerRun } from "./server-run.ts";

/** A server that listens, for what controls it. */
export interface ControlledServer {
  readonly server: RunningServer;
  readonly monitor: Monitor;
  readonly description: RunningServerDescription;
  /** Whether its applications are configured now, and not made up. */
  readonly isConfigured: () => boolean;
}

/** What controls a server. */
export interface RoleControl {
  readonly control: ServerControl;
  /** Has another process take its place; a restart stops the server when left out. */
  readonly replace?: ((cause: string) => void) | undefined;
}

/** What a server is among the processes that belong together: the first one, one of several workers, or one that takes another's place. */
export interface ServerRole {
  /** Which of its parent's workers it is. */
  readonly worker?: number | undefined;
  /** Its way to other processes that serve its clients together with it. */
  readonly bridge?: OwnerLink | undefined;
  /** The process whose place it takes. */
  readonly predecessor?: PlacesBefore & { readonly signal?: SeenSignal | undefined } | undefined;
  /** Takes why it cannot listen; logged when left out. */
  readonly refused?: (messages: readonly string[]) => Promise<void>;
  /** Makes what controls it. */
  readonly control: (listening: ControlledServer) => RoleControl;
  /** It can be asked to do something from now on. */
  readonly running?: (run: ServerRun) => void;
  /** Clients may come. */
  readonly listening?: () => Promise<void>;
}
