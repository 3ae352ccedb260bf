import type { Connection } from "../connections/connection.ts";
import type { Asking } from "./asking.ts";
import { settle } from "./half-open.ts";
import type { RecoverableConnection } from "./recoverable-connection.ts";
import type { Returns } from "./returns.ts";

/** What the answers of clients are for. */
export interface AcknowledgementParts {
  readonly asking: Asking;
  readonly returns: Returns;
  /** Whether clients are asked by `pusher:ping`. */
  readonly usesPusherPing: () => boolean;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** What clients answer to pings: all that was sent before the ping has arrived, and the connection is alive. */
export class Acknowledgements {
  readonly #parts: AcknowledgementParts;

  constructor(parts: AcknowledgementParts) {
    this.#parts = parts;
  }

  /** The client has answered a ping with this payload. */
  answered(connection: Connection, payload: Uint8Array): void {
    const client = connection.recovery, number = numberIn(payload);
    if (client !== undefined && number !== undefined) this.#answered(client, number);
  }

  /** The client has sent `pusher:pong`. */
  pong(connection: Connection): void {
    const number = connection.recovery?.back?.pusher?.unanswered.shift();
    if (number !== undefined) this.#answered(connection.recovery!, number);
  }

  /** The keepalive has sent a `pusher:ping`. */
  keptAlive(connection: Connection): void {
    const { asking, usesPusherPing } = this.#parts;
    if (connection.recovery !== undefined && usesPusherPing()) asking.pusherPing(connection.recovery);
  }

  #answered(client: RecoverableConnection, number: number): void {
    const { asking, returns, now } = this.#parts;
    if (!asking.answered(client, number)) return;
    if (client.back?.watchers !== undefined) settle(client, true, number);
    if (client.back !== undefined) client.back.named = undefined;
    const claim = client.back?.claim;
    if (claim?.isOver(now()) === true) client.back!.claim = undefined;
    if (claim?.finalAt !== undefined && number >= claim.finalAt) {
      claim.finalAt = undefined;
      returns.finish(client);
    }
  }
}

/** The number that a payload spells in ASCII digits; `undefined` for anything else, which any client may send. */
function numberIn(payload: Uint8Array): number | undefined {
  if (payload.length === 0 || payload.length > 15) return undefined;
  let number = 0;
  for (const byte of payload) {
    if (byte < 0x30 || byte > 0x39) return undefined;
    number = number * 10 + byte - 0x30;
  }
  return number;
}
