import { DISCONNECT_REASONS, type DisconnectReason } from "./disconnect-reason.ts";
import type { RecoveryCounters } from "./recovery-counters.ts";
import type { RefusalReason } from "./refusal.ts";
import type { WebhookCounters } from "./webhook-counters.ts";

/** The kinds of messages from clients. A closed set: each is a metric's label. */
export const RECEIVED_KINDS = [
  "ping",
  "pong",
  "subscribe",
  "unsubscribe",
  "signin",
  "client-event",
  "ignored",
  "invalid",
] as const;

/** One of {@link RECEIVED_KINDS}. */
export type ReceivedKind = typeof RECEIVED_KINDS[number];

/** The receivers of a frame: one connection (answers, errors, pings), the subscribers of a channel, the connections of a user. */
export const SENT_KINDS = ["connection", "channel", "user"] as const;

/** One of {@link SENT_KINDS}. */
export type SentKind = typeof SENT_KINDS[number];

/** Frames of one kind, and the bytes of their payload, without WebSocket framing and TLS. */
export class Traffic {
  messages = 0;
  bytes = 0;
}

/** The counts that take memory; an application that has had no clients has none of them. */
export class ClientCounters {
  readonly disconnects = zeros(DISCONNECT_REASONS);
  readonly refusals = new Map<RefusalReason, number>();
  readonly received = traffic(RECEIVED_KINDS);
  readonly sent = traffic(SENT_KINDS);
}

/**
 * The counts of one application on this node, since it was configured first. They are plain numbers on one object, so that
 * counting costs an addition. They are dropped with the application.
 */
export class ApplicationCounters {
  #clients: ClientCounters | undefined;
  /** Connections that were established. */
  connects = 0;
  /** Established connections that have ended, by reason. */
  get disconnects(): Record<DisconnectReason, number> {
    return this.#ofClients.disconnects;
  }
  /** Refusals, by reason. */
  get refusals(): Map<RefusalReason, number> {
    return this.#ofClients.refusals;
  }
  /** Text frames from clients, by kind. A frame above a limit counts as a refusal only. */
  get received(): Record<ReceivedKind, Traffic> {
    return this.#ofClients.received;
  }
  /** Frames to clients. A published frame counts once for each receiver. */
  get sent(): Record<SentKind, Traffic> {
    return this.#ofClients.sent;
  }
  /** Published frames; each counts once, for any number of receivers. */
  publishes = 0;
  /** Events that came through the HTTP API, once for each channel. */
  apiEvents = 0;
  /** Calls with an idempotency key that were given the answer of an earlier one. */
  repeatedCalls = 0;
  /** Calls with an idempotency key that this node has decided about alone, since the other nodes were out of reach. */
  claimedAlone = 0;
  /** Client events that were passed on. */
  clientEvents = 0;
  /** Pings to silent clients. */
  keepalivePings = 0;
  /** What its clients were sent again after a cut; `undefined` until recovery is on. */
  recovery: RecoveryCounters | undefined = undefined;
  /** The counts of its webhooks; `undefined` until it has webhooks. */
  webhooks: WebhookCounters | undefined = undefined;

  get #ofClients(): ClientCounters {
    return this.#clients ??= new ClientCounters();
  }

  /** Whether disconnects, refusals or frames may have been counted. Where it is false, asking for them takes memory. */
  get hasClientCounts(): boolean {
    return this.#clients !== undefined;
  }

  /** Text frames from clients, of every kind. */
  get messagesReceived(): number {
    if (this.#clients === undefined) return 0;
    return RECEIVED_KINDS.reduce((sum, kind) => sum + this.received[kind].messages, 0);
  }

  /** Frames to clients, of every kind. */
  get messagesSent(): number {
    if (this.#clients === undefined) return 0;
    return SENT_KINDS.reduce((sum, kind) => sum + this.sent[kind].messages, 0);
  }
}

function zeros<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
}

function traffic<K extends string>(names: readonly K[]): Record<K, Traffic> {
  return Object.fromEntries(names.map((name) => [name, new Traffic()])) as Record<K, Traffic>;
}
