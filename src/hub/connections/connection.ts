import type { Application } from "../applications/application.ts";
import type { LoadingClient } from "../cluster/cluster-load.ts";
import type { Subscriptions } from "../channels/subscriptions.ts";
import type { DisconnectReason, Ending } from "../../monitoring/disconnect-reason.ts";
import type { KeepaliveEntry } from "./keepalive.ts";
import type { RecoverableConnection } from "../recovery/recoverable-connection.ts";
import type { RateLimited, RateWindow } from "./rate-limiter.ts";
import type { Socket } from "./socket.ts";

/** The two halves of a `socket_id` are whole numbers from 1 to this. */
const MAX_HALF = 1_000_000_000;

/** A new `socket_id` in the form of Pusher and Reverb: two numbers with a dot between. `random` gives numbers in [0, 1). */
export function newSocketId(random: () => number): string {
  return `${half(random)}.${half(random)}`;
}

function half(random: () => number): number {
  return Math.floor(random() * MAX_HALF) + 1;
}

/** Messages of one client that wait for the other nodes. Implemented in websocket/. */
export interface MessagesThatWait {
  /** Whether so many wait that nothing is read from the connection. */
  readonly isPaused: boolean;
  /** One more. */
  add(text: string): void;
  /** The other nodes have caught up. */
  goOn(): void;
  /** The connection has ended. */
  drop(): void;
}

/** One client, from the established handshake to the close. It is kept small, since a server has tens of thousands. */
export class Connection implements KeepaliveEntry, LoadingClient {
  /** The `socket_id`, `digits.digits`. */
  readonly id: string;
  readonly application: Application;
  readonly socket: Socket;
  /** The client's address, for the log. */
  readonly address: string;
  /** Second in which it was established, by the clock of the keepalive wheel. */
  connectedAt = 0;
  /** The `Origin` header of its handshake. Kept only for the dashboard. */
  origin: string | undefined = undefined;

  /** `undefined` until the first one. */
  subscriptions: Subscriptions | undefined = undefined;
  /** Id of the user that signed in on this connection. */
  userId: string | undefined = undefined;
  /** Whether it has unsubscribed from that user's own channel, on which a sign-in puts it. */
  isOffUserChannel = false;
  /** `user_info` of that user as JSON text. */
  userInfoJson: string | undefined = undefined;
  /** Ids of the users that it watches, from its sign-in. */
  watchlist: readonly string[] | undefined = undefined;
  /** Messages counted for the rate limit; `undefined` until the first one. */
  rateWindow: RateWindow | undefined = undefined;
  /** Client events counted for `max_client_events_per_second`; `undefined` until one is. */
  clientEvents: RateLimited | undefined = undefined;
  /** Whether the client has sent a ping control frame. If so it is pinged by control frames alone (as in Reverb). */
  usesControlFrames = false;
  /** Why it ends; set when the server closes it or when the runtime reports its end. */
  disconnect: DisconnectReason | undefined = undefined;

  /** What its client has received, so that it can be sent the rest after a cut; `undefined` where recovery is off. */
  recovery: RecoverableConnection | undefined = undefined;

  /** Whether messages wait for a later turn of the event loop. */
  isBacklogged = false;
  /** Messages that wait, because the client is quicker than the other nodes. */
  held: MessagesThatWait | undefined = undefined;
  // LoadingClient
  unanswered = 0;

  // KeepaliveEntry: these fields belong to the keepalive wheel.
  lastSeenAt = 0;
  pingedAt = 0;
  next: KeepaliveEntry | undefined = undefined;
  previous: KeepaliveEntry | undefined = undefined;

  constructor(id: string, application: Application, socket: Socket, address: string) {
    this.id = id;
    this.application = application;
    this.socket = socket;
    this.address = address;
  }

  get pingInterval(): number {
    return this.application.settings.pingInterval;
  }

  /** Whether the connection is ending: nothing more is accepted from the client. */
  get closing(): boolean {
    return this.disconnect !== undefined;
  }

  goOn(): void {
    this.held?.goOn();
  }

  /** Sends the close frame. The hub forgets the connection later, when the runtime reports that the socket has closed. */
  close({ close, message, disconnect }: Ending): void {
    if (this.closing) return;
    this.disconnect = disconnect;
    this.socket.close(close, message);
  }
}
