import type { Entry } from "./entry.ts";

/** What a run was about: what checkers have to know besides its entries. */
export interface Setup {
  readonly seed: number;
  /** `Resound, source on Bun`, `soketi 1.6.1`. */
  readonly contender: string;
  /** Slots of the nodes. */
  readonly nodes: readonly string[];
  /** After how long without a sign of life a node counts as dead. */
  readonly leaseMs: number;
  /** For how long a member that was cut keeps its place (`recovery.hold_seconds`); 0 without recovery. */
  readonly holdMs: number;
  /** How late a timer may be: the machine's part. 0 in a simulation. */
  readonly marginMs: number;
  /** Whether what was missed is sent again to connections that come back. */
  readonly recovers: boolean;
  /** Whether webhooks were received. */
  readonly reports: boolean;
}

/** All that a run has recorded. Both real nodes and the simulation make one; checkers read it alone. */
export interface History {
  readonly setup: Setup;
  readonly entries: readonly Entry[];
}

/** The history as JSON lines: the setup, then an entry a line. */
export function writeHistory({ setup, entries }: History): string {
  return [setup, ...entries].map((each) => JSON.stringify(each)).join("\n") + "\n";
}

/** Reads what `writeHistory` wrote. Throws where a line is no JSON object; the text is trusted to be a history otherwise. */
export function readHistory(text: string): History {
  const lines = text.split("\n").filter((line) => line !== "").map((line, index) => {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null) {
      throw new Error(`Line ${index + 1} is no entry: ${line}`);
    }
    return value;
  });
  const [setup, ...entries] = lines;
  if (setup === undefined) throw new Error("The history is empty");
  return { setup: setup as Setup, entries: entries as Entry[] };
}
