import { CloseCodes } from "../protocol/client-error.ts";
import type { Connection } from "./connection.ts";

/** Milliseconds between two batches. */
const BATCH_INTERVAL = 50;

/**
 * Closes connections with 4200, in small batches spread evenly over `milliseconds`: clients reconnect at once on that code,
 * and all together would be a stampede on whoever serves them next. Once `hurry` is aborted the rest is closed without a pause.
 */
export async function drain(
  connections: readonly Connection[],
  milliseconds: number,
  hurry?: AbortSignal,
): Promise<void> {
  const batches = Math.max(1, Math.floor(milliseconds / BATCH_INTERVAL));
  const batchSize = Math.max(1, Math.ceil(connections.length / batches));
  for (let start = 0; start < connections.length; start += batchSize) {
    if (start > 0 && hurry?.aborted !== true) {
      await new Promise((resolve) => setTimeout(resolve, BATCH_INTERVAL));
    }
    for (const connection of connections.slice(start, start + batchSize)) {
      connection.close(CloseCodes.serverStopping, "The server is stopping");
    }
  }
}
