import { Histories } from "../hub/recovery/histories.ts";
import { parseObject } from "../protocol/json-object.ts";
import type { ApiAnswer, ApiCall } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { channelIn } from "./channels.ts";

/** Events of one answer, unless the call asks for another number. */
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/**
 * `GET /apps/{id}/channels/{channel}/history`: the last events of a channel, or those behind the position in `since`, oldest first and at
 * most `limit`. 404 where the settings keep none (`recovery.history`).
 */
export async function getHistory({ hub, parameters, path }: ApiCall): Promise<ApiAnswer> {
  const channel = channelIn(path), limit = limitOf(parameters.get("limit"));
  const since = sinceOf(parameters.get("since"));
  const page = await hub.recovery?.histories.read(channel, since, limit);
  if (page === undefined) {
    throw new ApiError(404, "No history is kept of this channel (recovery.history).", "api_not_found");
  }
  const events = page.events.map(({ position, at, frame }) => {
    const { event, data, user_id } = parseObject(frame) ?? {};
    return { position, time_ms: at, name: event, data, user_id };
  });
  const { position, isComplete: complete, isFromMemory } = page;
  // Left out as a rule: only while Redis cannot be read.
  const source = isFromMemory ? "memory" : undefined;
  return { json: JSON.stringify({ events, position, complete, source }) };
}

function limitOf(written: string | undefined): number {
  if (written === undefined || written === "") return DEFAULT_LIMIT;
  const limit = /^\d{1,4}$/.test(written) ? Number(written) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new ApiError(400, `limit must be a whole number from 1 to ${MAX_LIMIT}.`, "api_invalid");
}

function sinceOf(written: string | undefined): string | undefined {
  if (written === undefined || written === "") return undefined;
  if (Histories.isPosition(written)) return written;
  throw new ApiError(400, "since must be a position that an earlier answer has given.", "api_invalid");
}
