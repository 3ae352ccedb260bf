import { randomBytes, randomUUID } from "node:crypto";
import type { NodeParts } from "../cluster/connect-cluster.ts";
import { systemTimers, type Timers } from "../failures/timers.ts";
import { postWebhook } from "../webhooks/post-webhook.ts";

/** What a server reaches outside of its own code, apart from its clients: a parameter, so that a simulation can take its place. */
export interface Surroundings {
  readonly timers: Timers;
  /** So many random bytes. */
  readonly randomBytes: (count: number) => Buffer;
  readonly randomUUID: () => string;
  /** Sends a webhook to a receiver. */
  readonly post: typeof postWebhook;
  /** Opens a connection to Redis; `undefined` for the one of `redis/`. */
  readonly openWire?: NodeParts["openWire"];
}

/** The runtime's own timers and randomness, and the network. */
export const realSurroundings: Surroundings = {
  timers: systemTimers,
  randomBytes,
  randomUUID,
  post: postWebhook,
};
