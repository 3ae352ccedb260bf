import type { CommandBatch } from "../command-batch.ts";
import type { DepartureMarks } from "../departures/departure-marks.ts";
import type { PresenceKeys } from "../redis-keys.ts";

/** What one topic's presence needs to talk to Redis. */
export interface PresenceWire {
  readonly batch: Pick<CommandBatch, "add">;
  readonly keys: () => PresenceKeys;
  /** Keys of what former stays of this node may still hold. */
  readonly formerHolds: () => readonly string[];
  readonly topic: string;
  readonly channel: string;
  /** The command with which scripts publish. */
  readonly publish: () => "PUBLISH" | "SPUBLISH";
  /** Notes, before the first hold, that this node may have holds here. */
  readonly register: () => void;
  /** Whether Redis knows of everyone who is there: not while nodes come back to one that was started anew. */
  readonly knowsAll: () => boolean;
  /** Of departures that applications are to be told of. */
  readonly marks: Pick<DepartureMarks, "token" | "wentAlone" | "isCalledGone" | "cameBack" | "wasToldAlone">;
  /** Redis refused a change (out of memory, no permission): this node cannot take part for now. */
  readonly refused: (error: Error) => void;
}
