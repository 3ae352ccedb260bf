import { delay, type Timers } from "../../failures/timers.ts";
import type { RedisLink } from "../../redis/redis-link.ts";
import type { ControlMessage } from "./control-message.ts";
import type { RedisKeys } from "../redis-keys.ts";

/** Milliseconds between two looks. */
const LOOK = 50;

/** What waiting for the others needs. */
export interface OthersListenParts {
  readonly link: Pick<RedisLink, "run" | "publishCommand">;
  readonly keys: RedisKeys;
  readonly node: string;
  readonly timers: Pick<Timers, "after">;
  /** Milliseconds that the other nodes are given. */
  readonly longest: number;
}

/**
 * Resolves when as many other nodes listen in Redis as there were before an outage, or have had their time: events that are published
 * earlier would not reach the nodes that come back a moment later. A node listens on the control channel last, after all its topics,
 * and Redis answers how many listeners a message there has reached. Rejects when Redis goes away.
 */
export async function othersListen(parts: OthersListenParts, others: number): Promise<void> {
  const { link, keys, node, timers, longest } = parts;
  const message = JSON.stringify({ type: "present", node } satisfies ControlMessage);
  for (let waited = 0; others > 0 && waited < longest; waited += LOOK) {
    const [reached] = await link.run([link.publishCommand(keys.control, message)]);
    // This node is one of the listeners.
    if (typeof reached === "number" && reached > others) return;
    await delay(timers, LOOK);
  }
}
