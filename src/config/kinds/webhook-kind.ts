import * as v from "valibot";
import { closestName } from "./closest-name.ts";
import { describeValue, type ValueKind } from "./value-kind.ts";
import { PUSHER_WEBHOOK_EVENTS, WEBHOOK_EVENTS, type WebhookEventName } from "./webhook-event-name.ts";

/** One entry of an application's `webhooks`, as it is written. */
export interface WebhookTarget {
  /** It may hold secrets: only `shownUrl` of it may be shown. */
  readonly url: string;
  /** `undefined` for those of `webhook_events`. */
  readonly events?: readonly WebhookEventName[] | undefined;
  /** Sent along with every request. MUST NOT be logged. */
  readonly headers: Readonly<Record<string, string>>;
  /** Only channels whose name begins and ends so; empty for every channel. */
  readonly filter: { readonly prefix: string; readonly suffix: string };
}

/** Headers that the server writes itself, or that belong to the connection. */
const OWN_HEADER =
  /^(?:x-pusher-.*|x-resound-.*|content-(?:type|length|encoding)|host|connection|transfer-encoding|expect|upgrade|te|trailer|keep-alive)$/i;

const KEYS = ["url", "events", "headers", "filter"] as const;

const url = v.pipe(
  v.string(({ input }) => `expected a URL, got ${describeValue(input, true)}${unsetHint(input)}`),
  v.trim(),
  v.check(isWebUrl, ({ input }) => `expected an http or https URL, got ${describeWrongUrl(String(input))}`),
  v.transform((written) => new URL(written).href),
);

const eventName = v.picklist(
  WEBHOOK_EVENTS,
  ({ input }) =>
    `expected one of ${WEBHOOK_EVENTS.join(", ")}, got ${describeValue(input, false)}${eventHint(input)}`,
);

const events = v.pipe(
  v.unknown(),
  v.transform((written) =>
    typeof written === "string"
      ? written.split(",").map((name) => name.trim()).filter((name) => name !== "")
      : written
  ),
  v.array(eventName, ({ input }) => `expected a list of events, got ${describeValue(input, false)}`),
  v.minLength(1, "expected at least one event, got none"),
  v.transform((names) => WEBHOOK_EVENTS.filter((name) => names.includes(name))),
);

/** PHP's `[]` is a list, also where a table without entries is meant. */
const emptyTable = (written: unknown): unknown =>
  Array.isArray(written) && written.length === 0 ? {} : written;

const headers = v.pipe(
  v.unknown(),
  v.transform(emptyTable),
  v.record(
    v.pipe(
      v.string(),
      v.regex(/^[\w!#$%&'*+.^`|~-]+$/, "expected the name of a header"),
      v.check((name) => !OWN_HEADER.test(name), "expected a header that the server does not write itself"),
    ),
    v.pipe(
      v.union([v.string(), v.pipe(v.number(), v.transform(String))], "expected a text"),
      // With a character that no header can carry, every single request would fail.
      v.regex(
        /^[\t\x20-\x7e\x80-\xff]*$/,
        "expected a text without line breaks and characters beyond Latin-1",
      ),
    ),
    ({ input }) => `expected a table of headers, got ${describeValue(input, true)}`,
  ),
);

const part = v.pipe(
  v.nullish(v.string(({ input }) => `expected a text, got ${describeValue(input, false)}`), ""),
  v.string(),
);

const filter = v.pipe(
  v.unknown(),
  v.transform(emptyTable),
  v.strictObject(
    { channel_name_starts_with: v.optional(part, ""), channel_name_ends_with: v.optional(part, "") },
    "expected a table with channel_name_starts_with or channel_name_ends_with and nothing else",
  ),
  v.transform((written) => ({
    prefix: written.channel_name_starts_with,
    suffix: written.channel_name_ends_with,
  })),
);

/** An entry as a table; a URL alone becomes a table with nothing but a URL. */
const table = v.pipe(
  v.unknown(),
  v.transform((written) => typeof written === "string" ? { url: written } : written),
  v.record(
    v.picklist(
      KEYS,
      ({ input }) => `expected ${KEYS.join(", ")}, got ${describeValue(input, false)}${keyHint(input)}`,
    ),
    v.unknown(),
    ({ input }) => `expected a URL or a table with url, got ${describeValue(input, true)}`,
  ),
);

const target = v.pipe(
  table,
  // Null counts as not written.
  v.transform(({ url, events, headers, filter }) => ({
    url,
    events: events ?? undefined,
    headers: headers ?? {},
    filter: filter ?? {},
  })),
  v.object({ url, events: v.optional(events), headers, filter }),
);

/** Where webhooks go: a list of URLs or of tables with a URL, or one text with commas between the URLs. URLs and headers may hold secrets. */
export const webhookTargets: ValueKind<readonly WebhookTarget[]> = {
  expects: "a list of URLs, or of tables with url",
  schema: v.pipe(
    v.unknown(),
    v.transform((written) =>
      typeof written === "string"
        ? written.split(",").map((part) => part.trim()).filter((part) => part !== "")
        : written
    ),
    v.array(
      target,
      ({ input }) => `expected a list of URLs, or of tables with url, got ${describeValue(input, true)}`,
    ),
    v.maxLength(20, "expected at most 20 webhooks"),
  ),
  secret: true,
  isDetailed: true,
  shown: (targets) =>
    targets.map(({ url, events, headers, filter: { prefix, suffix } }) => {
      const names = Object.keys(headers);
      const details = [
        ...(events === undefined ? [] : [events.join(" ")]),
        ...(prefix === "" && suffix === "" ? [] : [`channels ${prefix}*${suffix}`]),
        ...(names.length === 0 ? [] : [`headers ${names.join(" ")}`]),
      ];
      return details.length === 0 ? shownUrl(url) : `${shownUrl(url)} (${details.join("; ")})`;
    }),
};

/** Events that webhooks are sent for: a list, or one text with commas between the names. */
export const webhookEvents: ValueKind<readonly (typeof WEBHOOK_EVENTS[number])[]> = {
  expects: `a list of events such as ${PUSHER_WEBHOOK_EVENTS.slice(0, 2).join(",")}`,
  schema: events,
  secret: false,
  isDetailed: true,
};

/** A URL without what may be secret: user name, password, and the query, where tokens stand. The text MUST be a URL. */
export function shownUrl(url: string): string {
  const { protocol, host, pathname, username, password, search } = new URL(url);
  const credentials = username === "" && password === "" ? "" : "••••@";
  return `${protocol}//${credentials}${host}${pathname}${search === "" ? "" : "?••••"}`;
}

/** Whether a text is an http or https URL that names a host. */
export function isWebUrl(written: string): boolean {
  if (written.length > 2000 || /[\s\p{Cc}]/u.test(written) || !URL.canParse(written)) return false;
  const { protocol, hostname } = new URL(written);
  return (protocol === "https:" || protocol === "http:") && hostname !== "";
}

/** Completes "got …" for a text that is no web URL, without showing it: a misspelt URL may hold a password, too. */
function describeWrongUrl(written: string): string {
  const measured = describeValue(written, true);
  if (/\s/.test(written)) return `${measured} with a space in it`;
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(written) ?? [];
  if (scheme === undefined) return `${measured} that does not begin with https://`;
  return /^https?$/i.test(scheme) ? `${measured} that is none` : `${measured} that begins with ${scheme}://`;
}

/** `env()` of a variable that is not set gives null. */
function unsetHint(written: unknown): string {
  return written === null || written === undefined
    ? "; set the variable that it comes from, or write one"
    : "";
}

/** `channelOccupied` and `channel-occupied` are the event, too, as other libraries write it. */
function eventHint(written: unknown): string {
  if (typeof written !== "string") return "";
  const spelt = written.replace(/([a-z])([A-Z])/g, "$1_$2").replace(/[-.: ]+/g, "_").toLowerCase();
  return hint(closestName(spelt, WEBHOOK_EVENTS));
}

function keyHint(written: unknown): string {
  // soketi's name for the events.
  if (written === "event_types") return hint("events");
  return typeof written === "string" ? hint(closestName(written, KEYS)) : "";
}

function hint(closest: string | undefined): string {
  return closest === undefined ? "" : `; did you mean ${JSON.stringify(closest)}?`;
}
