import type { GapReason } from "../../monitoring/gap.ts";
import type { Latch } from "../channels/latch.ts";
import type { Socket } from "../connections/socket.ts";
import type { Claim } from "./claim.ts";
import type { SavedEntry } from "./recovery-state.ts";
import type { LoggedChannel } from "./logged-channel.ts";
import type { LastEvents } from "./earlier-events.ts";
import { Positions } from "./positions.ts";

/** A channel with the connections that may come back to it. */
export type RecoveredChannel = LoggedChannel<RecoverableConnection>;

/** Why a slice of a replay has ended. */
export type SliceEnd = "through" | "waiting" | "more";

/** A channel's events that are being sent again. Implemented by `Replay`. */
export interface RunningReplay {
  readonly channel: RecoveredChannel;
  /** Events that were sent. */
  readonly sent: number;
  /** Sends until all is sent, or as many bytes wait as may wait, or others have to have a turn. A gap has this reason. */
  slice(mostWaiting?: number, reason?: GapReason): SliceEnd;
  /** All is sent: the client joins the topic. */
  through(): void;
}

/** What is asked of the connection under it. */
export interface RecoveredSocket {
  /** Its `socket_id`. */
  readonly id: string;
  readonly socket: Socket;
}

/** The `pusher:ping`s by which a client is asked, where it is asked so. */
export class PusherPings {
  /** Numbers of those that it has not answered, oldest first. */
  readonly unanswered: number[] = [];
  /** Whether it is going to be asked as soon as it may be asked again. */
  isListed = false;
  /** Milliseconds when it was asked last. */
  askedAt = -Infinity;
}

/** Waits to hear whether a connection is alive. */
export interface Watcher {
  /** An answer to a ping with a larger number says so; an earlier one may have been on its way when the client was cut. */
  readonly behind: number;
  readonly tell: (isAlive: boolean) => void;
}

/** A connection of another node that is asked whether it is alive. */
export interface Recalled {
  /** Channels that it was on when that was written last. */
  readonly channels: ReadonlySet<string>;
  /** Whether it is so young that it may be on others by now. */
  readonly isYoung: boolean;
}

/** What a new subscriber is sent of the shared log. */
interface Rewind {
  /** Opens when it is read. */
  readonly isRead: Latch;
  /** `undefined` where it could not be read: then this node's own log is all there is. */
  readonly events: LastEvents | undefined;
}

/** What most connections do not have: what a client is sent again, and as the return of which connection. */
class Return {
  pusher: PusherPings | undefined = undefined;
  /** They wait to hear whether it is alive. */
  watchers: readonly Watcher[] | undefined = undefined;
  /** The earlier connections that this one may be the return of. */
  claim: Claim | undefined = undefined;
  /** The open connections that its handshake named and that are being asked whether they are alive. */
  check: HalfOpenCheck | undefined = undefined;
  /** The names that its handshake meant, until it has answered. */
  named: readonly string[] | undefined = undefined;
  /** Events of another node's logs that it is sent, as long as it is not known that they have arrived. */
  readonly before = new Map<string, readonly SavedEntry[]>();
  /** Numbers of which a later answer says that those of a channel have arrived. */
  readonly #sentBefore = new Map<string, number>();
  /** Opens when names that no node has passed on yet are taken for unknown. */
  expected: Latch | undefined = undefined;
  /** Opens when the other nodes have been asked for the connections that its handshake named. */
  lookup: Latch | undefined = undefined;
  /** Connections of other nodes that may be alive, each with a latch that opens when it is known. */
  recalls: Map<Recalled, Latch> | undefined = undefined;
  /** Channels in which it goes on from another node, by id, until it has acknowledged what it was sent again. */
  from: Map<string, string> | undefined = undefined;
  /** Whether its handshake named connections, all of them unknown. */
  isStranger = false;
  /** For channels that it waits to subscribe to: the last events, read from the shared log for rewind. */
  rewinds: Map<string, Rewind> | undefined = undefined;
  /** Channels that it has been sent something again of: once is enough. */
  begun: Set<string> | undefined = undefined;
  /** Events are being sent again; the first one has the turn. */
  replays: RunningReplay[] | undefined = undefined;
  /** Whether the next slice has its turn already. */
  isReplayScheduled = false;

  /** All of a channel's events of another node's log are sent; an answer behind this number says that they have arrived. */
  sentBefore(channel: string, number: number): void {
    if (this.before.has(channel)) this.#sentBefore.set(channel, number);
  }

  /** What the client may lack still of another node's log of a channel. */
  lackOf(channel: string, acknowledged: number): readonly SavedEntry[] {
    return (this.#sentBefore.get(channel) ?? Infinity) <= acknowledged ? [] : this.before.get(channel) ?? [];
  }
}

/**
 * An open connection whose client may come back after a cut: what has arrived there, and what it is being sent again. There are tens of
 * thousands, so what most do not need is in objects of its own.
 */
export class RecoverableConnection extends Positions {
  /** The name by which its client comes back. */
  readonly name: string;
  /** The `Origin` header of its handshake; the same is asked for when it comes back. */
  readonly origin: string | null;
  readonly connection: RecoveredSocket;
  /** Channels that have a new event for it and wait until the ping that is under way is answered. */
  away: RecoveredChannel[] | undefined = undefined;
  /** `undefined` while it has none of that. */
  back: Return | undefined = undefined;

  constructor(name: string, origin: string | null, connection: RecoveredSocket) {
    super();
    this.name = name;
    this.origin = origin;
    this.connection = connection;
  }

  /** As `back`, which is there from now on. */
  get returning(): Return {
    return this.back ??= new Return();
  }
}

/** An open connection that may have lost its client, and is asked. */
export interface HalfOpenCheck {
  /** Those of which it is not known yet, each with a latch that opens when it is. */
  readonly asked: Map<RecoverableConnection, Latch>;
}
