import type { Caller } from "../hub/connections/socket.ts";
import type { Hub } from "../hub/hub.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";
import type { ApiError } from "./api-error.ts";
import { requestTarget } from "./request-target.ts";
import { jsonResponse, textResponse } from "./response.ts";

/** What a refusal gets from the rest of the server. */
export interface RefusalOptions {
  readonly hubById: (id: string) => Hub | undefined;
  readonly monitor: Monitor;
}

/** Answers a call that is turned down, and counts and logs the reason. `id` is the application in the path. */
export function refuseCall(
  { hubById, monitor }: RefusalOptions,
  { method, url }: Request,
  caller: Caller,
  id: string | undefined,
  error: ApiError,
  more?: Readonly<Record<string, string>>,
): Response {
  const { path } = requestTarget(url);
  const detail = monitor.showsRefusal(error.reason)
    ? `${method} ${path.slice(0, 200)} answered ${error.status}: ${error.logged?.() ?? error.message}`
    : "";
  // An unknown id is left out: the id becomes a label of counters, and a caller could make up any number of them.
  const application = id === undefined ? undefined : hubById(id)?.application.id;
  monitor.refused({ reason: error.reason, detail, application, address: caller.address });
  monitor.answered({ method, path, status: error.status, application, caller });
  if (typeof error.body !== "string") return jsonResponse(JSON.stringify(error.body), error.status);
  const headers = error.retryAfter === undefined ? more : { ...more, "Retry-After": `${error.retryAfter}` };
  const ends = caller.refused?.() === true || ENDS_CONNECTION.has(error.status);
  return textResponse(error.body, error.status, ends ? { ...headers, Connection: "close" } : headers);
}

/**
 * The statuses after which the connection always ends: what follows on it is not understood, or not answered. After other refusals it
 * ends when a caller has pipelined many of them, since all would be handled while the other clients wait.
 */
const ENDS_CONNECTION: ReadonlySet<number> = new Set([408, 429]);
