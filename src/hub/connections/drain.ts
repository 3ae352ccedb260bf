import { type Ending, ENDINGS } from "../../monitoring/disconnect-reason.ts";
import { delay, systemTimers, type Timers } from "../../failures/timers.ts";
import type { Connection } from "./connection.ts";

/** Milliseconds between two batches. */
const BATCH_INTERVAL = 50;

/** Milliseconds that slow readers get, after all others are closed, to read what they were sent. */
const LONGEST_FLUSH = 3000;

/** How connections are drained. */
export interface DrainOptions {
  /** With which close frame; 4200 unless given. */
  readonly ending?: Ending;
  /** Over how many milliseconds the closes are spread evenly, in small batches; all at once unless given. */
  readonly milliseconds?: number;
  /** Milliseconds that slow readers get. */
  readonly patience?: number;
  /** Once it is aborted, the rest is closed without a pause. */
  readonly hurry?: AbortSignal;
  /** Once it is aborted, the rest stays open. */
  readonly halt?: AbortSignal;
  /** Awaited before each batch is closed: its clients are to be counted nowhere when they come back. */
  readonly release?: (connections: readonly Connection[]) => Promise<void>;
  readonly timers?: Pick<Timers, "after">;
}

/**
 * Closes connections. After 4200 clients reconnect at once, and all of them together would overrun the next server: so their closes are
 * spread. A slow reader first gets what waits for it, since its close frame would wait behind that.
 */
export async function drain(connections: readonly Connection[], options: DrainOptions = {}): Promise<void> {
  const { ending = ENDINGS.server_stopping, milliseconds = 0, patience = LONGEST_FLUSH } = options;
  const { hurry, halt, release, timers = systemTimers } = options;
  const batches = Math.max(1, Math.floor(milliseconds / BATCH_INTERVAL));
  const batchSize = Math.max(1, Math.ceil(connections.length / batches));
  const behind: Connection[] = [];
  for (let start = 0; start < connections.length; start += batchSize) {
    if (start > 0 && hurry?.aborted !== true) {
      await delay(timers, BATCH_INTERVAL);
    }
    const batch = connections.slice(start, start + batchSize);
    if (release !== undefined) await release(batch);
    if (halt?.aborted === true) return;
    for (const connection of batch) {
      // The close frame waits behind the frames before it, and would be lost with them if the process ended now.
      if (connection.socket.backlog > 0) behind.push(connection);
      else connection.close(ending);
    }
  }
  await readOut(behind, { patience, hurry, timers }, (connection) => connection.close(ending));
  if (halt?.aborted === true) return;
  for (const connection of behind) connection.close(ending);
}

/**
 * Waits until slow readers have got what waits for them, for a bounded time or until it is hurried; those that come later are not
 * waited for.
 */
export async function caughtUp(
  connections: readonly Connection[],
  hurry: AbortSignal,
  timers: Pick<Timers, "after">,
): Promise<void> {
  const behind = connections.filter(({ socket }) => socket.backlog > 0);
  await readOut(behind, { patience: LONGEST_FLUSH, hurry, timers }, () => {});
}

/** Calls back for each connection whose client has read what waited for it; those that have not in time are left in the list. */
async function readOut(
  behind: Connection[],
  { patience, hurry, timers }: {
    readonly patience: number;
    readonly hurry: AbortSignal | undefined;
    readonly timers: Pick<Timers, "after">;
  },
  done: (connection: Connection) => void,
): Promise<void> {
  for (let waited = 0; behind.length > 0 && waited < patience && hurry?.aborted !== true;) {
    await delay(timers, BATCH_INTERVAL);
    waited += BATCH_INTERVAL;
    for (const connection of behind.splice(0)) {
      if (connection.socket.backlog > 0) behind.push(connection);
      else done(connection);
    }
  }
}
