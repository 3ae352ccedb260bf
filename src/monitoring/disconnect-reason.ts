import { type RefusalReason, REFUSALS } from "./refusal.ts";

/** The ways in which the server ends a connection without turning anything down. */
export const ENDINGS = {
  terminated: {
    code: 4009,
    message: "Connection terminated by the application",
    close: 4009,
    disconnect: "terminated",
  },
  /** Pusher's 4200 has clients reconnect at once: for a server that stops while another one can take them. */
  server_stopping: { message: "The server is stopping", close: 4200, disconnect: "server_stopping" },
  /** Pusher's 4100 has clients reconnect after a second: until then the next server may listen. */
  server_ending: { message: "The server is stopping", close: 4100, disconnect: "server_stopping" },
} as const;

/** The ways in which a connection ends without the server: with a close frame of the client, or without one. */
const CLIENT_REASONS = ["client", "lost"] as const;

type Row = typeof REFUSALS[RefusalReason] | typeof ENDINGS[keyof typeof ENDINGS];

/** Why an established connection ended. A closed set: each is a metric's label. */
export type DisconnectReason =
  | typeof CLIENT_REASONS[number]
  | Extract<Row, { readonly disconnect: string }>["disconnect"];

/** Every {@link DisconnectReason}, each once. */
export const DISCONNECT_REASONS: readonly DisconnectReason[] = [
  ...CLIENT_REASONS,
  ...new Set([...Object.values(REFUSALS), ...Object.values(ENDINGS)].flatMap(disconnectOf)),
];

/** Each {@link DisconnectReason} in words, for people. */
export const DISCONNECT_WORDS: Readonly<Record<DisconnectReason, string>> = {
  client: "closed by the client",
  lost: "the connection was lost",
  pong_missing: "no answer to a ping",
  slow_reader: "reads too slowly",
  rate_limited: "over the rate limit",
  redis_behind: "sends more than Redis keeps up with",
  message_too_large: "a message was too large",
  protocol_violation: "broke the WebSocket protocol",
  terminated: "ended by the application",
  application_removed: "the application was removed",
  application_disabled: "the application was switched off",
  server_stopping: "the server stops",
  refused: "turned down",
};

function disconnectOf(row: Row): DisconnectReason[] {
  return "disconnect" in row ? [row.disconnect] : [];
}

/** How the server closes a connection: the close frame, and as what the end is counted. */
export interface Ending {
  /** The code of the close frame. */
  readonly close: number;
  /** The text of the close frame. */
  readonly message: string;
  readonly disconnect: DisconnectReason;
}
