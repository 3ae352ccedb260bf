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

/** What has happened, for the console. Its texts are what clients sent, without secrets: they MUST be shown as text, never as HTML. */
export interface EntryContent {
  readonly kind: EntryKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly connection?: string | undefined;
  readonly channel?: string | undefined;
  readonly event?: string | undefined;
  /** How many subscribers got the event: on all nodes, or on one (`Entry.isOnlyHere`). */
  readonly receivers?: number | undefined;
  /** The connection that the event left out. */
  readonly except?: string | undefined;
  /** Why something was turned down, and the address that it came from. */
  readonly reason?: string | undefined;
  readonly address?: string | undefined;
  /** More about it, such as a reason or an address. */
  readonly detail?: string | undefined;
  /** The event's data. */
  readonly payload?: string | undefined;
  /** How many characters the payload has, where it was cut. */
  readonly payloadLength?: number | undefined;
}

/** One line of the console. */
export interface Entry extends EntryContent {
  /** Tells it from every other line, also of other nodes. */
  readonly id: string;
  /** The node on which it happened, in words; `undefined` where there is only one. */
  readonly node?: string | undefined;
  /** Whether `receivers` are those on that node, because the others could not be asked. */
  readonly isOnlyHere?: boolean | undefined;
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
 * One second of an application, on all nodes; on this one while the others are out of reach. The last four are counts within that
 * second; `at` is in seconds since 1970; `channels` is null while the other nodes have not been asked.
 */
export type Sample = Readonly<Record<typeof SAMPLE_FIELDS[number], number | null>>;

/** A sample on the wire: its numbers in the order of {@link SAMPLE_FIELDS}. */
export type SampleRow = readonly (number | null)[];

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

/** What clients of an application were sent again after a cut, by the node that sends this. */
export interface RecoveryFigures {
  /** Subscriptions that went on without a gap. */
  readonly recovered: number;
  /** Events that were sent again. */
  readonly replayed: number;
  /** Subscriptions of which events could not be sent again. */
  readonly gaps: number;
}

/** The first message of a stream. */
export interface Welcome {
  /** The server's clock, in milliseconds since 1970. */
  readonly now: number;
  /** The last minutes, oldest first. */
  readonly samples: readonly SampleRow[];
  readonly nodes: readonly NodeRow[];
  readonly webhooks: WebhookFigures;
  /** `null` while the application has recovery off. */
  readonly recovery: RecoveryFigures | null;
  /** What was kept from before the page was opened, oldest first. Other nodes send theirs as entries that follow. */
  readonly history: readonly Entry[];
  readonly scope: Scope;
}

/** Which nodes the figures and the entries are of. Sent now and then. */
export interface Scope {
  /** The node that sends this: `on this node`, `on worker 2`. */
  readonly here: string;
  /** The entries, channels and counts: `on all nodes`; as `here` while the others are out of reach. */
  readonly console: string;
}

/** The entries since the last message, oldest first. */
export interface EntryBatch {
  readonly entries: readonly Entry[];
  /** How many older ones were dropped because they came faster than this page reads. */
  readonly dropped: number;
}
