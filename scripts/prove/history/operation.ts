/**
 * A point of a run. `order` is a running number, which alone decides what came before what; `ms` are milliseconds of the recorder's own
 * clock (simulated time in a simulation) and serve for durations.
 */
export interface Moment {
  readonly order: number;
  readonly ms: number;
}

/** `unknown`: the connection broke, or the time was up, before the answer came; it may have been carried out or not, or later. */
export type Outcome = "ok" | "refused" | "unknown";

interface Done {
  readonly type: "operation";
  /** The client or API caller that did it. */
  readonly actor: string;
  /** The slot of the node that it was done at: `n1`. A process that takes a killed one's place has its slot. */
  readonly node: string;
  readonly start: Moment;
  /** When the answer came; with `unknown` when it was given up. */
  readonly end: Moment;
  readonly outcome: Outcome;
}

interface OnConnection extends Done {
  /** A name of its own for each connection, `c3#2` for the second of client c3. */
  readonly connection: string;
}

/** A client connects; `ok` with `pusher:connection_established`. */
export interface Connect extends OnConnection {
  readonly kind: "connect";
  /** The earlier connection in whose place it comes back (recovery). */
  readonly returns?: string;
  readonly socketId?: string;
}

/** `ok` with `subscription_succeeded`. */
export interface Subscribe extends OnConnection {
  readonly kind: "subscribe";
  readonly channel: string;
  /** The `user_id` on a presence channel. */
  readonly user?: string;
}

/** `ok` when the node has answered a ping that was sent after it. */
export interface Unsubscribe extends OnConnection {
  readonly kind: "unsubscribe";
  readonly channel: string;
}

/** `close`: with a closing handshake, `ok` when that is over. `cut`: the TCP connection is dropped; the node may notice later. */
export interface Leave extends OnConnection {
  readonly kind: "close" | "cut";
}

/** `ok` with `pusher:signin_success`. */
export interface SignIn extends OnConnection {
  readonly kind: "sign-in";
  readonly user: string;
}

/** An event through the HTTP API; `ok` when it was answered with 200. Its data is `message`, which is unique in the run. */
export interface Publish extends Done {
  readonly kind: "publish";
  readonly channel: string;
  readonly message: string;
  /** The connection that is left out (`socket_id`). */
  readonly except?: string;
}

/** A client event, whose data is `message`; `ok` when the node has answered a ping that was sent after it. */
export interface ClientEvent extends OnConnection {
  readonly kind: "client-event";
  readonly channel: string;
  readonly message: string;
}

/** `GET users` of a presence channel. */
export interface AskUsers extends Done {
  readonly kind: "users";
  readonly channel: string;
  /** The answer, sorted; with `ok` alone. */
  readonly users?: readonly string[];
}

/** `GET channels`. */
export interface AskChannels extends Done {
  readonly kind: "channels";
  /** Names of occupied channels, sorted; with `ok` alone. */
  readonly channels?: readonly string[];
}

/** `POST users/ID/terminate_connections`. */
export interface Terminate extends Done {
  readonly kind: "terminate";
  readonly user: string;
}

/** Something that a client or an API caller did, with its start and its end. */
export type Operation =
  | Connect
  | Subscribe
  | Unsubscribe
  | Leave
  | SignIn
  | Publish
  | ClientEvent
  | AskUsers
  | AskChannels
  | Terminate;
