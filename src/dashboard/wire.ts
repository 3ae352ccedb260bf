// What the server tells the page in the browser, as JSON. Both sides are built from this file; it imports nothing.

/** What an entry of the console can be about. */
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

/** One line of the console. Texts are as clients sent them but for secrets: they MUST be shown as text, never as HTML. */
export interface Entry {
  readonly kind: EntryKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly connection?: string | undefined;
  readonly channel?: string | undefined;
  readonly event?: string | undefined;
  /** A sentence about it: where from, why. */
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

/** One second of an application; the last four are counts within that second, `at` is seconds since 1970. All but `channels` are of all nodes. */
export type Sample = Readonly<Record<typeof SAMPLE_FIELDS[number], number>>;

/** A sample on the wire: its numbers in the order of {@link SAMPLE_FIELDS}. */
export type SampleRow = readonly number[];

/** A server process of the cluster. */
export interface NodeRow {
  readonly id: string;
  /** Which of its parent's workers it is, where there are several processes on one port. */
  readonly worker?: number | undefined;
  /** Where it listens, or another word by which an operator knows it. */
  readonly address: string;
  /** Connections of the application that is asked about. */
  readonly connections: number;
  /** Messages a second; `undefined` while that is not known. */
  readonly received?: number | undefined;
  readonly sent?: number | undefined;
  readonly state: "up" | "draining" | "degraded" | "lost";
  /** When it came up, in milliseconds since 1970. */
  readonly since: number;
  /** Whether it is the one that answers. */
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
  /** Without what is secret in it. */
  readonly url: string;
  readonly events: readonly string[];
  /** Why it fails just now; absent when it does not. */
  readonly failure?: WebhookFailureRow | undefined;
}

/** The webhooks of an application, as the node that answers sends them. */
export interface WebhookFigures {
  /** Empty where nobody wants some. */
  readonly targets: readonly WebhookTargetRow[];
  /** Events that were taken, that wait, and that were given up, once for each URL. */
  readonly accepted: number;
  readonly waiting: number;
  readonly dropped: number;
  /** Requests that were not accepted, each try one. */
  readonly failures: number;
  /** The last of these. */
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
  /** Whose entries and channels these are: `on this node`, `on worker 2`. */
  readonly where: string;
}

/** The entries since the last message, oldest first. */
export interface EntryBatch {
  readonly entries: readonly Entry[];
  /** How many older ones were left out because they came faster than this viewer reads. */
  readonly dropped: number;
}

/** Part of a list that may be long. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** How many match the search. */
  readonly matching: number;
  /** How many there are at all. */
  readonly total: number;
  readonly offset: number;
  /** Whose they are: `on all nodes`, `on this node`, `on worker 2`. */
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

/** Who is on a channel. */
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
  /** The user that it is signed in as, or stands for on a presence channel. */
  readonly user: string | undefined;
  /** The first channels. */
  readonly channels: readonly string[];
  readonly channelCount: number;
}

/** What went wrong with a request of the page, as a sentence for people. */
export interface Failure {
  readonly error: string;
}
