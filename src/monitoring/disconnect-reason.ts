import { ClientErrors, CloseCodes } from "../protocol/client-error.ts";

/** Every way in which an established connection ends. A closed set: each is a metric's label. */
export const DISCONNECT_REASONS = [
  /** The client said goodbye. */
  "client",
  /** It ended without a goodbye: a network that is gone, a process that was killed. */
  "lost",
  "pong_missing",
  "slow_reader",
  "rate_limited",
  "message_too_large",
  "protocol_violation",
  /** The application had its user's connections closed. */
  "terminated",
  "application_removed",
  "server_stopping",
  /** Turned down in some other way; {@link RefusalReason} says which. */
  "refused",
] as const;

/** One of {@link DISCONNECT_REASONS}. */
export type DisconnectReason = typeof DISCONNECT_REASONS[number];

const BY_CODE: ReadonlyMap<number, DisconnectReason> = new Map<number, DisconnectReason>([
  [ClientErrors.pongMissing.close, "pong_missing"],
  [ClientErrors.rateLimitedAndClosed.close, "rate_limited"],
  [ClientErrors.terminated.close, "terminated"],
  [ClientErrors.applicationUnknown.close, "application_removed"],
  [CloseCodes.messageTooLarge, "message_too_large"],
  [CloseCodes.serverStopping, "server_stopping"],
]);

/** Why the server closes an established connection with this code: each reason has a code of its own. */
export function serverDisconnectReason(code: number): DisconnectReason {
  return BY_CODE.get(code) ?? "refused";
}
