import type { ScalingConfig } from "../config/config.ts";
import { waitAtMost } from "../failures/deadline.ts";
import { redisName } from "./reach-redis.ts";

/** Milliseconds for which a start waits to know whether Redis is there. */
const PATIENCE = 3000;

/** Whether the server is part of its cluster by now; false when that is not known soon: it then starts alone and goes on trying. */
export async function joinedInTime(joined: Promise<boolean>): Promise<boolean> {
  return await waitAtMost(PATIENCE, joined) ?? false;
}

/** What an operator reads who wants no start without Redis. */
export function redisRequired(scaling: ScalingConfig): string {
  return `Redis at ${
    redisName(scaling)
  } cannot be used (the reason is above), and scaling.required (REVERB_SCALING_REQUIRED) asks for it. ` +
    "Correct scaling.server, or set REVERB_SCALING_REQUIRED=false to start alone and join when Redis is back.";
}
