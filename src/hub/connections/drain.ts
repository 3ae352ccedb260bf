import { ENDINGS } from "../../monitoring/disconnect-reason.ts";
import type { Connection } from "./connection.ts";

/** Milliseconds between two batches. */
const BATCH_INTERVAL = 50;

/** Milliseconds that slow readers get, after all others are closed, to read what they were sent. */
const LONGEST_FLUSH = 3000;

/**
 * Closes connections with 4200, in small batches that are spread evenly over `milliseconds`: clients reconnect at once on that
 * code, and all of them together would overrun the next server. Once `hurry` is aborted the rest is closed without a pause.
 */
export async function drain(
  connections: readonly Connection[],
  milliseconds: number,
  hurry?: AbortSignal,
): Promise<void> {
  const batches = Math.max(1, Math.floor(milliseconds / BATCH_INTERVAL));
  const batchSize = Math.max(1, Math.ceil(connections.length / batches));
  const behind: Connection[] = [];
  for (let start = 0; start < connections.length; start += batchSize) {
    if (start > 0 && hurry?.aborted !== true) {
      await pause(BATCH_INTERVAL);
    }
    for (const connection of connections.slice(start, start + batchSize)) {
      // The close frame waits behind the frames before it, and would be lost with them if the process ended now.
      if (connection.socket.backlog > 0) behind.push(connection);
      else close(connection);
    }
  }
  for (let waited = 0; behind.length > 0 && waited < LONGEST_FLUSH && hurry?.aborted !== true;) {
    await pause(BATCH_INTERVAL);
    waited += BATCH_INTERVAL;
    for (const connection of behind.splice(0)) {
      if (connection.socket.backlog > 0) behind.push(connection);
      else close(connection);
    }
  }
  for (const connection of behind) close(connection);
}

function close(connection: Connection): void {
  connection.close(ENDINGS.server_stopping);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
