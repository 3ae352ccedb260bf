import { totalmem } from "node:os";
import process from "node:process";
import type { ServerConfig } from "../config/config.ts";
import { jsonResponse, textResponse } from "./response.ts";

/** soketi's routes for load balancers and people. soketi has `/usage` on the metrics' port alone. */
export const SOKETI_PATHS = ["/", "/ready", "/accept-traffic", "/usage"] as const;

/** What they ask of the server. */
export interface SoketiRoutes extends Pick<ServerConfig["soketi"], "memoryThreshold"> {
  /** Whether it stops. */
  readonly isStopping: () => boolean;
  /** The memory of this process and what it may have, in bytes; the system's unless given. */
  readonly memory?: () => SoketiMemory;
}

/** Memory in bytes. */
export interface SoketiMemory {
  readonly used: number;
  readonly total: number;
}

/** What soketi says once it stops. */
const CLOSING = '{"error":"The server is closing. Choose another server.","code":503}';

/** Answers one of {@link SOKETI_PATHS}, with the fields that soketi has in its answers. */
export function answerSoketi(
  path: typeof SOKETI_PATHS[number],
  { memoryThreshold, isStopping, memory = ownMemory }: SoketiRoutes,
): Response {
  if (path === "/") return textResponse("OK", 200);
  if (path !== "/usage" && isStopping()) return jsonResponse(CLOSING, 503);
  if (path === "/ready") return textResponse("OK", 200);
  const { used, total } = memory(), percent = used / total * 100;
  return path === "/usage"
    ? jsonResponse(JSON.stringify({ memory: { free: total - used, used, total, percent } }), 200)
    : jsonResponse(
      JSON.stringify({ memory: { usedSize: used, totalSize: total, percentUsage: percent } }),
      percent > memoryThreshold ? 503 : 200,
    );
}

/** A container may have less than the machine. */
function ownMemory(): SoketiMemory {
  const machine = totalmem(), container = process.constrainedMemory?.() ?? 0;
  const total = container > 0 && container < machine ? container : machine;
  return { used: process.memoryUsage().rss, total };
}
