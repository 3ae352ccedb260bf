import type { RedisLink } from "../../redis/redis-link.ts";
import type { ControlMessage } from "./control-message.ts";
import type { RedisKeys } from "../redis-keys.ts";

/** Milliseconds for which the others are waited for: the longest pause between two attempts to reach Redis, and some more. */
const LONGEST = 3000;
/** Milliseconds between two looks. */
const LOOK = 50;

/** What it takes to find out. */
export interface OthersListenParts {
  readonly link: RedisLink;
  readonly keys: RedisKeys;
  readonly node: string;
  /** Resolves after so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/**
 * Resolves when as many other nodes listen at Redis as there were before an outage, or have had their time: what was published
 * before that would miss those that come back a moment later. Nodes listen on the control channel when they listen to everything
 * else, and Redis says how many a message there reached. Rejects when Redis goes away.
 */
export async function othersListen(parts: OthersListenParts, others: number): Promise<void> {
  const { link, keys, node, pause } = parts;
  const message = JSON.stringify({ type: "present", node } satisfies ControlMessage);
  for (let waited = 0; others > 0 && waited < LONGEST; waited += LOOK) {
    const [reached] = await link.run([link.publishCommand(keys.control, message)]);
    // This node is one of them.
    if (typeof reached === "number" && reached > others) return;
    await pause(LOOK);
  }
}
