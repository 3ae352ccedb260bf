import type { ConfigTable } from "../sources/config-node.ts";
import type { Findings } from "../findings.ts";
import { foreignTable, type ForeignValue } from "./foreign-table.ts";
import { jsonIn, type SoketiOptions } from "./soketi-options.ts";
import { SIGN_IN_SECONDS, soketiRecord } from "./soketi-record.ts";
import { SOKETI_DEFAULT } from "./soketi-server.ts";

/** Where soketi has its applications. */
const LIST = "appManager.array.apps";
/** What an application's events may have as data where nothing else is written, in KB of 1,024 bytes. */
const PAYLOAD_KB = 100;
/** Room for the event's and the channel's name beside the data. */
const NAMES = 1_024;

/** The fields of one of soketi's applications, with the keys that come of each. */
const FIELDS: readonly (readonly [field: string, column: string, key?: string])[] = [
  ["id", "id", "app_id"],
  ["key", "key"],
  ["secret", "secret"],
  ["enabled", "enabled"],
  ["maxConnections", "max_connections"],
  ["enableClientMessages", "enable_client_messages", "accept_client_events_from"],
  ["maxBackendEventsPerSecond", "max_backend_events_per_sec", "max_api_calls_per_second"],
  ["maxClientEventsPerSecond", "max_client_events_per_sec", "max_client_events_per_second"],
  ["maxChannelNameLength", "max_channel_name_length"],
  ["maxEventChannelsAtOnce", "max_event_channels_at_once", "max_channels_per_event"],
  ["maxEventBatchSize", "max_event_batch_size", "max_events_per_batch"],
  ["enableUserAuthentication", "enable_user_authentication", "sign_in_seconds"],
  ["webhooks", "webhooks"],
];

/** The application that soketi has where none is written. */
const USUAL: Readonly<Record<string, string>> = { id: "app-id", key: "app-key", secret: "app-secret" };

/** Fields without a counterpart, and why. */
const LACKING: Readonly<Record<string, string>> = {
  maxReadRequestsPerSecond: "max_api_calls_per_second counts all calls together",
  maxPresenceMembersPerChannel: "a presence channel takes every user",
  maxPresenceMemberSizeInKb:
    "a member's data is limited with the message that it comes in (max_message_size)",
  maxEventNameLength: "the name of an event is limited with its message",
  hasChannelOccupiedWebhooks: "the events of the webhooks count",
};

/** What holds for all of soketi's applications; also for those of a table. */
export function soketiDefaults(options: SoketiOptions): ConfigTable {
  const values = new Map<string, ForeignValue>();
  const put = (option: string, key: string, convert = (value: unknown) => value): void => {
    const found = options.find(option);
    if (found !== undefined) values.set(key, { ...found, value: convert(found.value) });
  };
  put("channelLimits.maxNameLength", "max_channel_name_length");
  put("eventLimits.maxChannelsAtOnce", "max_channels_per_event");
  put("eventLimits.maxBatchSize", "max_events_per_batch");
  put("eventLimits.maxPayloadInKb", "max_message_size", (value) => bytesOf(value));
  if (!values.has("max_message_size")) {
    values.set("max_message_size", {
      value: bytesOf(PAYLOAD_KB),
      place: `${SOKETI_DEFAULT} eventLimits.maxPayloadInKb`,
    });
  }
  return foreignTable(values, "soketi's limits");
}

/** soketi's applications: those of its config file, or the one of the variables, each with `defaults` for what it leaves out. */
export function soketiApplications(
  options: SoketiOptions,
  defaults: ConfigTable,
  findings: Findings,
): readonly ConfigTable[] {
  const list = options.list(LIST), written = list?.value;
  const entries = Array.isArray(written) ? written as readonly unknown[] : [];
  const first = withVariables(options, entries[0], list?.place ?? LIST);
  if (entries.length === 0) fillIn(first, findings);
  const all = entries.length > 0
    ? [first, ...entries.slice(1).map((entry, index) => fieldsOf(entry, `${list!.place}.${index + 1}`))]
    : [first];
  const signIn = options.find("userAuthenticationTimeout");
  const seconds = signIn === undefined
    ? SIGN_IN_SECONDS
    : Math.max(1, Math.round(Number(signIn.value) / 1000));
  return all.map((fields) => application(fields, { defaults, seconds }, findings));
}

type Fields = ReadonlyMap<string, ForeignValue>;

function fieldsOf(entry: unknown, place: string): Fields {
  const pairs = typeof entry === "object" && entry !== null
    ? Object.entries(entry) as [string, unknown][]
    : [];
  return new Map(
    pairs.filter(([, value]) => value !== null && value !== "").map(([name, value]) => [
      name,
      { value, place: `${place}.${name}` },
    ]),
  );
}

/** The first application: the entry of the file, over which the variables `SOKETI_DEFAULT_APP_…` win. */
function withVariables(
  options: SoketiOptions,
  entry: unknown,
  place: string,
): Map<string, ForeignValue> {
  const fields = new Map(fieldsOf(entry, `${place}.0`));
  const names = [...FIELDS.map(([field]) => field), ...Object.keys(LACKING)];
  for (const name of names) {
    const found = options.find(`${LIST}.0.${name}`);
    if (found !== undefined) fields.set(name, found);
  }
  return fields;
}

/** Puts soketi's own credentials in the place of those that are not written. */
function fillIn(fields: Map<string, ForeignValue>, findings: Findings): void {
  const missing = Object.entries(USUAL).filter(([name]) => !fields.has(name));
  for (const [name, value] of missing) {
    fields.set(name, { value, place: `${SOKETI_DEFAULT} ${LIST}.0.${name}` });
  }
  if (missing.some(([name]) => name === "secret")) {
    findings.warn(
      `SOKETI_DEFAULT_APP_SECRET is not set: the secret is soketi's default, ${
        USUAL["secret"]
      }, which every reader of its ` +
        "documentation can sign with; set it, and SOKETI_DEFAULT_APP_ID and SOKETI_DEFAULT_APP_KEY",
    );
  }
}

interface Shared {
  readonly defaults: ConfigTable;
  /** Time for a user to sign in. */
  readonly seconds: number;
}

function application(fields: Fields, { defaults, seconds }: Shared, findings: Findings): ConfigTable {
  const row: Record<string, unknown> = {}, places = new Map<string, string>();
  for (const [field, column, key = column] of FIELDS) {
    const found = fields.get(field);
    if (found === undefined) continue;
    row[column] = column === "webhooks" ? jsonIn(found.value) : found.value;
    places.set(key, found.place);
  }
  const place = [...places.values()][0] ?? "soketi's application";
  for (const [name, { place }] of fields) {
    const reason = LACKING[name];
    if (reason !== undefined) findings.warn(`${place}: has no counterpart here: ${reason}`);
    else if (!FIELDS.some(([field]) => field === name)) {
      findings.warn(`${place}: is not known here, and ignored`);
    }
  }
  warnAboutLambda(row["webhooks"], places.get("webhooks") ?? place, findings);
  const record = soketiRecord(row);
  const timed = record["sign_in_seconds"] === undefined ? record : { ...record, sign_in_seconds: seconds };
  const values = Object.entries(timed).filter(([, value]) => value !== undefined)
    .map(([key, value]): [string, ForeignValue] => [
      key,
      { value, place: places.get(key) ?? `${SOKETI_DEFAULT} ${key}` },
    ]);
  const table = foreignTable(new Map(values), place);
  return { ...table, entries: new Map([...defaults.entries, ...table.entries]) };
}

function warnAboutLambda(webhooks: unknown, place: string, findings: Findings): void {
  if (!Array.isArray(webhooks)) return;
  for (const entry of webhooks as readonly unknown[]) {
    const has = (name: string): boolean => typeof entry === "object" && entry !== null && name in entry;
    if (!has("url") && (has("lambda_function") || has("lambda"))) {
      findings.warn(
        `${place}: a webhook that calls a Lambda function has no counterpart here: webhooks go to URLs`,
      );
    }
  }
}

function bytesOf(kilobytes: unknown): number {
  return Math.ceil(Number(kilobytes) * 1_024) + NAMES;
}
