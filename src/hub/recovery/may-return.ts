import type { DisconnectReason } from "../../monitoring/disconnect-reason.ts";

/** RFC 6455, 7.4.1: the client has closed because it is done, or because its page goes away. */
const NORMAL = 1000, GOING_AWAY = 1001;

/** Ends by the server that the client did not deserve. All others are refusals, and `terminated` is the application's wish. */
const KEPT: ReadonlySet<DisconnectReason> = new Set([
  "lost",
  "pong_missing",
  "slow_reader",
  "server_stopping",
]);

/**
 * Whether the client of a connection that has ended may come back for what it misses. A page that is closed or loaded anew closes with
 * 1001: it must not be sent events that its HTML shows already.
 */
export function mayReturn(code: number, reason: DisconnectReason | undefined): boolean {
  if (reason === undefined || reason === "client") return code !== NORMAL && code !== GOING_AWAY;
  return KEPT.has(reason);
}
