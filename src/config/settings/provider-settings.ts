import * as v from "valibot";
import { isWebUrl, shownUrl } from "../kinds/webhook-kind.ts";
import {
  bytes,
  duration,
  integer,
  oneOf,
  plainText,
  seconds,
  secretText,
  type ValueKind,
} from "../kinds/value-kind.ts";
import { applicationSettings } from "./application-settings.ts";
import { setting, settingsOf } from "./setting.ts";

const see = "[Applications](applications.md)";

/** An address that is asked for applications. User name, password and query may be secret. */
const webAddress: ValueKind<string | undefined> = {
  expects: "an http or https URL without a fragment",
  schema: v.pipe(
    v.string(),
    v.trim(),
    v.check((text) => isWebUrl(text) && new URL(text).hash === ""),
    v.transform((text) => new URL(text).href),
  ),
  secret: true,
  shown: (url) => url === undefined ? undefined : shownUrl(url),
};

/** What may be named a column: any setting of an application, and the column that shows changes. */
const columnTargets: readonly string[] = [
  ...settingsOf(applicationSettings).map(({ key }) => key),
  "rate_limiting",
  "idempotency",
  "recovery",
  "settings",
  "updated_at",
];

/** Columns by the keys of settings: a table, or a text such as `app_id:uuid,key:public_key`. */
const columnNames: ValueKind<Readonly<Record<string, string>>> = {
  expects: `a table of column names by ${columnTargets.slice(0, 3).join(", ")} and other settings`,
  schema: v.pipe(
    v.unknown(),
    v.transform((written) =>
      typeof written === "string"
        ? Object.fromEntries(written.split(",").map((pair) => pair.split(":").map((part) => part.trim())))
        : Array.isArray(written) && written.length === 0
        ? {}
        : written
    ),
    v.record(v.picklist(columnTargets), v.pipe(v.string(), v.trim(), v.regex(/^[^\p{Cc}]{1,64}$/u))),
  ),
  secret: false,
};

/** Where applications come from: `apps` of the config file, beside its list `apps.apps`. */
export const providerSettings = {
  provider: setting({
    key: "apps.provider",
    env: "REVERB_APPS_PROVIDER",
    kind: oneOf("config", "database", "http"),
    default: "config",
    ours: true,
    description:
      "where applications come from: the config file and the environment (`config`), a table (`database`), or an address of the Laravel application (`http`)",
    see,
  }),
  cacheSeconds: setting({
    key: "apps.cache_seconds",
    env: "REVERB_APPS_CACHE_SECONDS",
    kind: seconds,
    default: 60,
    unit: "seconds",
    ours: true,
    description: "how long what was looked up counts; an `http` answer's `max-age` goes before it",
    see,
  }),
  absentSeconds: setting({
    key: "apps.absent_seconds",
    env: "REVERB_APPS_ABSENT_SECONDS",
    kind: duration(0, 3_600),
    default: 5,
    unit: "seconds",
    ours: true,
    description: "how long it counts that a key or id belongs to no application",
  }),
  waitSeconds: setting({
    key: "apps.wait_seconds",
    env: "REVERB_APPS_WAIT_SECONDS",
    kind: duration(0.1, 30),
    default: 1.5,
    unit: "seconds",
    ours: true,
    description:
      "how long a handshake or an API call waits for an application that is looked up; then it is turned away (4100, 503)",
  }),
  lookups: setting({
    key: "apps.lookups",
    env: "REVERB_APPS_LOOKUPS",
    kind: integer(1, 100),
    default: 8,
    ours: true,
    description: "applications that are looked up at the same time, and connections to the database",
  }),
  pollSeconds: setting({
    key: "apps.poll_seconds",
    env: "REVERB_APPS_POLL_SECONDS",
    kind: duration(0, 3_600),
    default: 1,
    unit: "seconds",
    ours: true,
    description: "time between two looks for a newer `updated_at` in the table; 0 for none",
  }),
  maxMessageSize: setting({
    key: "apps.max_message_size",
    env: "REVERB_APPS_MAX_MESSAGE_SIZE",
    kind: bytes,
    default: 1_048_576,
    unit: "bytes",
    ours: true,
    description:
      "caps `max_message_size` of every application, since the largest one is fixed when listening",
  }),
  connection: setting({
    key: "apps.connection",
    env: "REVERB_APPS_CONNECTION",
    kind: plainText,
    default: "",
    ours: true,
    description: "connection of Laravel's `config/database.php`; its default one unless named",
  }),
  databaseUrl: setting({
    key: "apps.database_url",
    env: "REVERB_APPS_DATABASE_URL",
    kind: secretText,
    default: "",
    ours: true,
    description: "the database without Laravel: `mysql://…`, `postgres://…` or `sqlite:///path`",
  }),
  table: setting({
    key: "apps.table",
    env: "REVERB_APPS_TABLE",
    kind: plainText,
    default: "reverb_apps",
    ours: true,
    description: "table with a row for each application, Resound's own or soketi's; `schema.table` too",
  }),
  columns: setting({
    key: "apps.columns",
    env: "REVERB_APPS_COLUMNS",
    kind: columnNames,
    default: {},
    ours: true,
    description: "columns with other names than the settings: `app_id:uuid,key:public_key`",
    defaultText: "the settings' names",
  }),
  url: setting({
    key: "apps.url",
    env: "REVERB_APPS_URL",
    kind: webAddress,
    default: undefined,
    ours: true,
    description: "address that is asked with `?key=` or `?id=`",
    defaultText: "none",
  }),
  secret: setting({
    key: "apps.secret",
    env: "REVERB_APPS_SECRET",
    kind: secretText,
    default: "",
    ours: true,
    description: "signs these requests; Laravel's `APP_KEY` unless set",
    defaultText: "`APP_KEY`",
  }),
};
