// What the server sends to the page in the browser, as JSON. Both sides are built from this file; it imports nothing.

/** The kinds of entries in the console. */
export const ENTRY_KINDS = [
  "connected",
  "disconnected",
  "subscribed",
  "unsubscribed",
  "signed-in",
  "client-event",
  "api-event",
  "refused",
] as const;

/** One of {@link ENTRY_KINDS}. */
export type EntryKind = typeof ENTRY_KINDS[number];

/** One line of the console. Its texts are what clients sent, without secrets: they MUST be shown as text, never as HTML. */
export interface Entry {
  readonly kind: EntryKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly connection?: string | undefined;
  readonly channel?: string | undefined;
  readonly event?: string | undefined;
  /** How many connections of this node got the event. */
  readonly receivers?: number | undefined;
  /** More about it, such as a reason or an address. */
  readonly detail?: string | undefined;
  /** The event's data. */
  readonly payload?: string | undefined;
  /** How many characters the payload has, where it was cut. */
  readonly payloadLength?: number | undefined;
}

/** The names of a {@link Sample}'s numbers, in order. */
export const SAMPLE_FIELDS = [
  "at",
  "connections",
  "channels",
  "received",
  "sent",
  "events",
  "refused",
] as const;

/**
 * One second of an application, on all nodes but for `channels`, which are those of this node. The last four are counts within that
 * second; `at` is in seconds since 1970.
 */
export type Sample = Readonly<Record<typeof SAMPLE_FIELDS[number], number>>;

/** A sample on the wire: its numbers in the order of {@link SAMPLE_FIELDS}. */
export type SampleRow = readonly number[];

/** A server process of the cluster. */
export interface NodeRow {
  readonly id: string;
  /** Which of its parent's workers it is, where there are several processes on one port. */
  readonly worker?: number | undefined;
  /** Where it listens, or another name by which an operator knows it. */
  readonly address: string;
  /** Connections of the application on this node. */
  readonly connections: number;
  /** Messages a second; `undefined` while they are not known. */
  readonly received?: number | undefined;
  readonly sent?: number | undefined;
  readonly state: "up" | "draining" | "degraded" | "lost";
  /** When it started, in milliseconds since 1970. */
  readonly since: number;
  /** Whether it is the node that sends this. */
  readonly isThis: boolean;
}

/** A request of a webhook that was not accepted. */
export interface WebhookFailureRow {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly url: string;
  readonly reason: string;
}

/** Where an application's webhooks go. */
export interface WebhookTargetRow {
  /** Without the secrets in it. */
  readonly url: string;
  readonly events: readonly string[];
  /** The last failure, while requests to the URL fail. */
  readonly failure?: WebhookFailureRow | undefined;
}

/** The webhooks of an application on the node that sends this. */
export interface WebhookFigures {
  /** Empty where the application has no webhooks. */
  readonly targets: readonly WebhookTargetRow[];
  /** Events that were accepted, that wait, and that were dropped, once for each URL. */
  readonly accepted: number;
  readonly waiting: number;
  readonly dropped: number;
  /** Requests that were not accepted; each try counts. */
  readonly failures: number;
  /** The last request that was not accepted. */
  readonly lastFailure?: WebhookFailureRow | undefined;
}

/** The first message of a stream. */
export interface Welcome {
  /** The server's clock, in milliseconds since 1970. */
  readonly now: number;
  /** The last minutes, oldest first. */
  readonly samples: readonly SampleRow[];
  readonly nodes: readonly NodeRow[];
  readonly webhooks: WebhookFigures;
  /** Which node the entries and channels are of: `on this node`, `on worker 2`. */
  readonly where: string;
}

/** The entries since the last message, oldest first. */
export interface EntryBatch {
  readonly entries: readonly Entry[];
  /** How many older ones were dropped because they came faster than this page reads. */
  readonly dropped: number;
}

/** A page of a list. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** How many match the search. */
  readonly matching: number;
  /** How many there are without the search. */
  readonly total: number;
  readonly offset: number;
  /** Which nodes they are of: `on all nodes`, `on this node`, `on worker 2`. */
  readonly where: string;
}

/** One occupied channel, with its subscriptions on all nodes. */
export interface ChannelRow {
  readonly name: string;
  readonly access: "public" | "private" | "presence" | "user";
  readonly cached: boolean;
  readonly subscriptions: number;
  /** Distinct users; presence channels only. */
  readonly users: number | undefined;
}

/** The users and connections on a channel. */
export interface ChannelMembers {
  readonly channel: ChannelRow;
  /** The first users of a presence channel. */
  readonly users: readonly string[] | undefined;
  /** The first connections on this node. */
  readonly connections: readonly ConnectionRow[];
  /** Which node that is: `on this node`, `on worker 2`. */
  readonly where: string;
}

/** One connection on this node. */
export interface ConnectionRow {
  readonly id: string;
  readonly address: string;
  /** The page that it was opened from. */
  readonly origin: string | undefined;
  /** Seconds since it was established. */
  readonly age: number;
  /** The user that is signed in on it, or that it is a member for on a presence channel. */
  readonly user: string | undefined;
  /** The first channels. */
  readonly channels: readonly string[];
  readonly channelCount: number;
}

/** Why a request of the page failed, as a sentence that the page shows. */
export interface Failure {
  readonly error: string;
}
