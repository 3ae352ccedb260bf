import type { ApplicationRecord } from "../applications/application-record.ts";

/** Within how many seconds soketi wants a user to sign in, where nothing else is written (`userAuthenticationTimeout`). */
export const SIGN_IN_SECONDS = 30;

/** Whether a row is one of soketi's table `apps`. */
export function isSoketiRow(row: ApplicationRecord): boolean {
  return "enable_client_messages" in row && !("app_id" in row);
}

/**
 * A row of soketi's table `apps`, by the keys of our settings. There -1, 0 and null are no limit. Its limits of events a second hold for
 * a connection's client events, and for the calls of the API. What it limits besides has no counterpart here.
 */
export function soketiRecord(row: ApplicationRecord): ApplicationRecord {
  const clientEvents = limit(row["max_client_events_per_sec"]);
  return {
    app_id: row["id"],
    key: row["key"],
    secret: row["secret"],
    enabled: row["enabled"],
    max_connections: limit(row["max_connections"]),
    accept_client_events_from: isYes(row["enable_client_messages"]) ? "members" : "none",
    max_client_events_per_second: clientEvents === undefined ? undefined : Math.ceil(clientEvents),
    sign_in_seconds: isYes(row["enable_user_authentication"]) ? SIGN_IN_SECONDS : undefined,
    max_api_calls_per_second: limit(row["max_backend_events_per_sec"]),
    max_channel_name_length: limit(row["max_channel_name_length"]),
    max_channels_per_event: limit(row["max_event_channels_at_once"]),
    max_events_per_batch: limit(row["max_event_batch_size"]),
    webhooks: webhooksOf(row["webhooks"]),
  };
}

function limit(value: unknown): number | undefined {
  const number = typeof value === "string" || typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && number > 0 ? number : undefined;
}

function isYes(value: unknown): boolean {
  return value === true || value === "true" || Number(value) === 1;
}

/** Its `event_types` are our `events`; a webhook that calls a Lambda function has no URL, and is left out. */
function webhooksOf(written: unknown): readonly ApplicationRecord[] | undefined {
  const entries = typeof written === "string" ? parsed(written) : written;
  if (!Array.isArray(entries)) return undefined;
  return entries.filter((entry: unknown): entry is ApplicationRecord =>
    typeof entry === "object" && entry !== null && typeof (entry as ApplicationRecord)["url"] === "string"
  ).map(({ url, event_types, headers, filter }) => ({ url, events: event_types, headers, filter }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON: the row has no webhooks that could be read.
    return undefined;
  }
}
