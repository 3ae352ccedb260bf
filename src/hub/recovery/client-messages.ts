import type { GapReason } from "../../monitoring/gap.ts";
import { gapFrame } from "../../protocol/encode-frame.ts";
import type { RecoverableConnection } from "./recoverable-connection.ts";
import type { RecoveredHub } from "./recovery-services.ts";

/** Sends frames to single clients. */
export class ClientMessages {
  readonly #hub: RecoveredHub;

  constructor(hub: RecoveredHub) {
    this.#hub = hub;
  }

  /** Sends one frame, unless the connection is ending. */
  send({ connection: { id } }: RecoverableConnection, frame: string): void {
    const connection = this.#hub.connections.find(id);
    if (connection !== undefined && !connection.closing) this.#hub.delivery.toConnection(connection, frame);
  }

  /** Says that events of a channel cannot be sent again: to the client, in the log and in the metrics. */
  gap(client: RecoverableConnection, channel: string, reason: GapReason): void {
    const { id } = client.connection;
    this.#hub.monitor.gap(this.#hub.application, { reason, channel, connection: id });
    this.send(client, gapFrame(channel, reason));
  }
}
