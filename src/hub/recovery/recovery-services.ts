import type { Application } from "../applications/application.ts";
import type { Channel } from "../channels/channel.ts";
import type { ChannelRegistry } from "../channels/channel-registry.ts";
import type { Delivery } from "../broadcast/delivery.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { ConnectionRegistry } from "../connections/connection-registry.ts";
import type { Welcome } from "../connections/welcome.ts";
import type { Monitor } from "../monitor/monitor.ts";

/** What the recovery of all applications shares. */
export interface RecoveryServices {
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** The second that the keepalive wheel has reached: `Connection.lastSeenAt` is in its time. */
  readonly seconds: () => number;
  /** 16 characters of base64url that cannot be guessed. */
  readonly randomName: () => string;
  /** Calls back after so many milliseconds. */
  readonly after: (milliseconds: number, then: () => void) => void;
  /** Calls back at the end of what runs now (a microtask). */
  readonly soon: (then: () => void) => void;
  /** Calls back in the next turn of the event loop. */
  readonly nextTurn: (then: () => void) => void;
  /** Whether sockets have ping control frames. */
  readonly pings: boolean;
  /** Bytes that may wait for one client before it is closed. */
  readonly maxBacklogBytes: number;
}

/** What the parts of one application's recovery get of its hub. */
export interface RecoveredHub {
  /** The other nodes. */
  readonly cluster: Pick<Cluster, "isShared" | "patience" | "events" | "log">;
  /** A client may come back to a channel, on which this node has to hear what the others publish. */
  awaitClient(channel: string): void;
  /** A channel has a held place less. */
  placeReleased(channel: Channel): void;
  readonly application: Application;
  readonly delivery: Delivery;
  readonly channels: ChannelRegistry;
  readonly monitor: Monitor;
  readonly connections: ConnectionRegistry;
  readonly welcome: Pick<Welcome, "isCrowded">;
}
