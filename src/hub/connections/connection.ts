import type { Application } from "../applications/application.ts";
import type { Subscription } from "../channels/subscription.ts";
import type { DisconnectReason, Ending } from "../../monitoring/disconnect-reason.ts";
import type { KeepaliveEntry } from "./keepalive.ts";
import type { RateWindow } from "./rate-limiter.ts";
import type { Socket } from "./socket.ts";

/** One client, from the established handshake to the close. Kept small: there are tens of thousands. */
export class Connection implements KeepaliveEntry {
  /** The `socket_id`, `digits.digits`. */
  readonly id: string;
  readonly application: Application;
  readonly socket: Socket;
  /** Where it comes from, for logs. */
  readonly address: string;
  /** Second in which it was established, by the keepalive's clock. */
  connectedAt = 0;
  /** The page that it was opened from (the `Origin` header); kept only for the dashboard. */
  origin: string | undefined = undefined;

  /** By channel name; absent until the first subscription. */
  subscriptions: Map<string, Subscription> | undefined = undefined;
  /** Id of the user that signed in on it. */
  userId: string | undefined = undefined;
  /** `user_info` of that user as JSON text. */
  userInfoJson: string | undefined = undefined;
  /** Users that it watches, told with its sign-in. */
  watchlist: readonly string[] | undefined = undefined;
  /** Messages counted for the rate limit; absent until the first one that counts. */
  rateWindow: RateWindow | undefined = undefined;
  /** Whether the client has sent a ping or pong control frame, so that it is pinged by one (as Reverb does). */
  usesControlFrames = false;
  /** Why it ends; set once the server has decided to close it, or when it has ended by itself. */
  disconnect: DisconnectReason | undefined = undefined;

  // KeepaliveEntry: owned by the keepalive wheel.
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
    return this.application.limits.pingInterval;
  }

  /** Whether it is at its end: nothing more is accepted from the client. */
  get closing(): boolean {
    return this.disconnect !== undefined;
  }

  /** Sends the close frame. The hub forgets the connection later, when the runtime reports that the socket has closed. */
  close({ close, message, disconnect }: Ending): void {
    if (this.closing) return;
    this.disconnect = disconnect;
    this.socket.close(close, message);
  }
}
