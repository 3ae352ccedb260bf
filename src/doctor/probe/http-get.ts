import { exchange, type Exchanged } from "./exchange.ts";
import { type HttpAnswer, readHttpAnswer } from "./http-answer.ts";
import type { ProbeTarget } from "./probe-target.ts";

/** Asks a server for a route (below the target's prefix, with its query). Rejects with a `ProbeError`. */
export function httpGet(target: ProbeTarget, route: string, timeout: number): Promise<Exchanged<HttpAnswer>> {
  const request = `GET ${target.path}${route} HTTP/1.1\r\nHost: ${target.authority}\r\n` +
    "Accept: application/json\r\nUser-Agent: Resound\r\nConnection: close\r\n\r\n";
  return exchange(target, request, readHttpAnswer, timeout);
}
