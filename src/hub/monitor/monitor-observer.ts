import type { Application } from "../applications/application.ts";
import type { Connection } from "../connections/connection.ts";
import type { ReceivedKind } from "../../monitoring/application-counters.ts";
import type { DisconnectReason } from "../../monitoring/disconnect-reason.ts";
import type { Refusal } from "../../monitoring/refusal.ts";
import type { ClientEventMessage } from "../../protocol/client-message.ts";

/** An HTTP call that was answered. */
export interface AnsweredCall {
  readonly method: string;
  /** Without the query, which has the signature. */
  readonly path: string;
  readonly status: number;
  /** Id of the application, where the path names a configured one. */
  readonly application: string | undefined;
  /** Read `address` only where it is shown: finding it costs more than the rest of a call. */
  readonly caller: { readonly address: string };
  /** It was given the answer of an earlier call with its idempotency key. */
  readonly isRepeated?: true | undefined;
}

/**
 * Sees all that happens: `--debug`, the dashboard's console. The hot path calls it while it is attached to the {@link Monitor},
 * so every method MUST return at once and MUST NOT throw, and the memory that it keeps MUST be bounded. Frames are as on the
 * wire: an observer MUST redact them before it shows them.
 */
export interface MonitorObserver {
  connectionOpened(connection: Connection): void;
  connectionClosed(connection: Connection, code: number, reason: DisconnectReason): void;
  /** A text frame of a client, decoded as `kind`. It has not been handled yet. */
  received(connection: Connection, frame: string, kind: ReceivedKind): void;
  /** A frame to one client. */
  sent(connection: Connection, frame: string): void;
  /** A frame to the subscribers of a topic, without `except`; `receivers` is their number on this node. */
  published(application: Application, receivers: number, frame: string, except?: Connection): void;
  /**
   * An event that came through the HTTP API for one channel has been sent to this node's subscribers, `receivers` in number; `data` is
   * its data string as JSON text. The connection with the id `except`, if the caller gave one, was left out on every node.
   */
  apiEvent(
    application: Application,
    channel: string,
    event: string,
    data: string,
    receivers: number,
    except: string | undefined,
  ): void;
  /** A client event that was accepted has been sent to the other subscribers on this node, `receivers` in number. */
  clientEvent(connection: Connection, message: ClientEventMessage, receivers: number): void;
  answered(call: AnsweredCall): void;
  refused(refusal: Refusal): void;
}

/** Several observers as one. */
export class Observers implements MonitorObserver {
  readonly #observers: readonly MonitorObserver[];

  constructor(observers: readonly MonitorObserver[]) {
    this.#observers = observers;
  }

  connectionOpened(connection: Connection): void {
    for (const each of this.#observers) each.connectionOpened(connection);
  }

  connectionClosed(connection: Connection, code: number, reason: DisconnectReason): void {
    for (const each of this.#observers) each.connectionClosed(connection, code, reason);
  }

  received(connection: Connection, frame: string, kind: ReceivedKind): void {
    for (const each of this.#observers) each.received(connection, frame, kind);
  }

  sent(connection: Connection, frame: string): void {
    for (const each of this.#observers) each.sent(connection, frame);
  }

  published(application: Application, receivers: number, frame: string, except?: Connection): void {
    for (const each of this.#observers) each.published(application, receivers, frame, except);
  }

  apiEvent(...event: Parameters<MonitorObserver["apiEvent"]>): void {
    for (const each of this.#observers) each.apiEvent(...event);
  }

  clientEvent(connection: Connection, message: ClientEventMessage, receivers: number): void {
    for (const each of this.#observers) each.clientEvent(connection, message, receivers);
  }

  answered(call: AnsweredCall): void {
    for (const each of this.#observers) each.answered(call);
  }

  refused(refusal: Refusal): void {
    for (const each of this.#observers) each.refused(refusal);
  }
}
