import { DISCONNECT_REASONS, type DisconnectReason } from "./disconnect-reason.ts";
import type { RefusalReason } from "./refusal.ts";
import type { WebhookCounters } from "./webhook-counters.ts";

/** What clients send, as it was understood. */
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

/** Whom a frame is for: one connection (answers, errors, pings), the subscribers of a channel, those of a user. */
export const SENT_KINDS = ["connection", "channel", "user"] as const;

/** One of {@link SENT_KINDS}. */
export type SentKind = typeof SENT_KINDS[number];

/** Frames of one kind, and the bytes of their payload: without WebSocket framing and TLS. */
export class Traffic {
  messages = 0;
  bytes = 0;
}

/**
 * What happened to one application on this node since the server has known it, as plain numbers on one object: adding to them
 * is all that counting costs. They end with the application.
 */
export class ApplicationCounters {
  /** Connections that were established. */
  connects = 0;
  /** Of those, the ones that have ended. */
  readonly disconnects: Record<DisconnectReason, number> = zeros(DISCONNECT_REASONS);
  /** What was turned down, by reason. */
  readonly refusals = new Map<RefusalReason, number>();
  /** Text frames from clients that were looked at; one over a limit is a refusal. */
  readonly received: Record<ReceivedKind, Traffic> = traffic(RECEIVED_KINDS);
  /** Frames to clients; one that is published counts once for each receiver. */
  readonly sent: Record<SentKind, Traffic> = traffic(SENT_KINDS);
  /** Frames that were published, once however many received them. */
  publishes = 0;
  /** Events that came through the HTTP API, once for each channel. */
  apiEvents = 0;
  /** Client events that were passed on. */
  clientEvents = 0;
  /** Pings to silent clients. */
  keepalivePings = 0;
  /** What became of its webhooks; `undefined` until it has some. */
  webhooks: WebhookCounters | undefined = undefined;

  /** Text frames from clients, of every kind. */
  get messagesReceived(): number {
    return RECEIVED_KINDS.reduce((sum, kind) => sum + this.received[kind].messages, 0);
  }

  /** Frames to clients, of every kind. */
  get messagesSent(): number {
    return SENT_KINDS.reduce((sum, kind) => sum + this.sent[kind].messages, 0);
  }
}

function zeros<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
}

function traffic<K extends string>(names: readonly K[]): Record<K, Traffic> {
  return Object.fromEntries(names.map((name) => [name, new Traffic()])) as Record<K, Traffic>;
}
