import type { Recovery } from "../hub/recovery/recovery.ts";
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
export function getHistory({ hub, parameters, path }: ApiCall): ApiAnswer {
  const channel = channelIn(path), { recovery } = hub;
  const limit = limitOf(parameters.get("limit"));
  const since = recovery === undefined ? undefined : sinceOf(recovery, parameters.get("since"));
  const page = recovery?.history(channel, since, limit);
  if (recovery === undefined || page === undefined) {
    throw new ApiError(404, "No history is kept of this channel (recovery.history).", "api_not_found");
  }
  const name = (position: number): string => `${recovery.epoch.toString(36)}-${position}`;
  const events = page.events.map(({ position, frame, at }) => {
    const { event, data, user_id } = parseObject(frame) ?? {};
    return { position: name(position), time_ms: recovery.timeOf(at), name: event, data, user_id };
  });
  return { json: JSON.stringify({ events, position: name(page.position), complete: page.isComplete }) };
}

function limitOf(written: string | undefined): number {
  if (written === undefined || written === "") return DEFAULT_LIMIT;
  const limit = /^\d{1,4}$/.test(written) ? Number(written) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new ApiError(400, `limit must be a whole number from 1 to ${MAX_LIMIT}.`, "api_invalid");
}

/** The position in a call; `null` where no log of this process can have given it. */
function sinceOf({ epoch }: Recovery, written: string | undefined): number | null | undefined {
  if (written === undefined || written === "") return undefined;
  const [, given, position] = /^([0-9a-z]{1,11})-(\d{1,15})$/.exec(written) ?? [];
  if (given === undefined || position === undefined) {
    throw new ApiError(400, "since must be a position that an earlier answer has given.", "api_invalid");
  }
  return Number.parseInt(given, 36) === epoch ? Number(position) : null;
}
