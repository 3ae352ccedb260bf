import type { ServerConfig } from "../config/config.ts";
import { type CheckLine, error, ok } from "./check-line.ts";

/** Redis is needed for scaling only, and that is not part of this version. */
export function checkRedis({ scaling }: ServerConfig): CheckLine {
  if (!scaling.enabled) return ok("redis", "scaling is off, so no Redis is needed");
  return error(
    "redis",
    "scaling through Redis is not part of this version, so that it was not asked",
    "Run one node with REVERB_SCALING_ENABLED=false",
  );
}
