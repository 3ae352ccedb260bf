import { resolve } from "node:path";
import type { ApplicationConfig, ProviderConfig } from "../config.ts";
import { ConfigError } from "../config-error.ts";
import type { Findings } from "../findings.ts";
import { databaseOfUrl } from "../laravel/database-config.ts";
import { type CachedParts, LaravelFile } from "../laravel/laravel-file.ts";
import { STOCK_DATABASE } from "../laravel/laravel-stock.ts";
import { type NamedConnection, namedDatabase } from "../laravel/named-connections.ts";
import { applicationSettings } from "../settings/application-settings.ts";
import { providerSettings } from "../settings/provider-settings.ts";
import { readSettings } from "../settings/read-settings.ts";
import type { SettingValues } from "../settings/setting.ts";
import { ConfigFiles } from "../sources/config-files.ts";
import type { Environment } from "../sources/environment.ts";
import { NodeSource } from "../sources/node-source.ts";
import { ProviderSource } from "../sources/provider-source.ts";
import type { ReverbFile } from "../sources/reverb-file.ts";
import { EnvironmentSource } from "../sources/setting-source.ts";
import type { TextFiles } from "../sources/text-files.ts";
import { readApplication } from "./application-config.ts";

/** What the provider of applications is read from. */
export interface ProviderReading {
  readonly file: Pick<ReverbFile, "apps" | "format" | "applicationDefaults"> | undefined;
  readonly environment: Environment;
  readonly directory: string;
  readonly disk: TextFiles;
  readonly cached: (CachedParts & { text(path: string): string | undefined }) | undefined;
  readonly findings: Findings;
}

type Values = SettingValues<typeof providerSettings>;

/** Reads where applications come from. What is missing for that is an error in the findings. */
export function readProvider(reading: ProviderReading): ProviderConfig {
  const { file, environment, findings } = reading;
  const sources = [new ProviderSource(file?.apps), new EnvironmentSource(environment)];
  const values = readSettings(providerSettings, { part: "server", sources, findings });
  if (values.provider === "config") return { kind: "config" };
  const { cacheSeconds, absentSeconds, waitSeconds, lookups, maxMessageSize } = values;
  const common = { cacheSeconds, absentSeconds, waitSeconds, lookups, maxMessageSize };
  const defaults = defaultsOf(reading);
  if (values.provider === "http") {
    const { url } = values, secret = values.secret || appKey(reading);
    if (url === undefined) {
      findings.error(
        "apps.url is not set: apps.provider is http, which needs the address that is asked for applications (REVERB_APPS_URL)",
      );
    }
    if (secret === "") {
      findings.error(
        "apps.secret is not set: apps.provider is http, whose requests are signed with it or with APP_KEY (REVERB_APPS_SECRET)",
      );
    }
    return { kind: "http", ...common, defaults, url: url ?? "", secret };
  }
  const { columns, pollSeconds } = values, found = databaseOf(values, reading);
  if (typeof found === "string") {
    findings.error(
      `apps.provider is database, and its connection cannot be used: ${found}. Set apps.connection or apps.database_url`,
    );
  }
  const { connection, prefix } = typeof found === "string" ? NONE : found;
  const table = withPrefix(values.table, prefix);
  return { kind: "database", ...common, defaults, connection, table, columns, pollSeconds };
}

/** Takes the place of a connection that is wrong until the error is reported. */
const NONE: NamedConnection<{ readonly kind: "sqlite"; readonly path: string }> = {
  connection: { kind: "sqlite", path: "" },
  prefix: "",
};

/** What an application has that its record leaves out: variables count for all of them, but for what only one can have. */
function defaultsOf({ file, environment, findings }: ProviderReading): ApplicationConfig {
  const { id, key, secret, webhooks } = applicationSettings;
  const own: readonly unknown[] = [id, key, secret, webhooks];
  // `resound config` shows no application: which there are is not known here.
  const { settled } = findings, before = settled.length;
  const sources = [
    new NodeSource(file?.applicationDefaults),
    new EnvironmentSource(environment, (setting) => !own.includes(setting)),
  ];
  const defaults = readApplication({ sources, php: false }, findings);
  settled.length = before;
  return defaults;
}

function databaseOf(
  { databaseUrl, connection }: Values,
  { directory, disk, environment, cached }: ProviderReading,
): NamedConnection<DatabaseOf> | string {
  const folder = resolve(directory);
  if (databaseUrl !== "") {
    const found = databaseOfUrl(databaseUrl, folder);
    return typeof found === "string" ? found : { connection: found, prefix: "" };
  }
  try {
    // Another ConfigFiles: these files do not configure the server, so they are not listed among those that do.
    const files = new ConfigFiles(directory, disk);
    const database = new LaravelFile("database", STOCK_DATABASE, files, environment, { cached });
    return namedDatabase(database, connection === "" ? undefined : connection, folder);
  } catch (error) {
    if (error instanceof ConfigError) return error.messages.join("; ");
    throw error;
  }
}

type DatabaseOf = Extract<ProviderConfig, { kind: "database" }>["connection"];

/** As Laravel does: before the name of the table, and not before that of its schema. */
function withPrefix(table: string, prefix: string): string {
  const at = table.lastIndexOf(".") + 1;
  return table.slice(0, at) + prefix + table.slice(at);
}

/** Laravel's own key, by which its URLs are signed. */
function appKey({ cached, environment }: ProviderReading): string {
  return cached?.text("app.key") ?? environment.get("APP_KEY")?.value ?? "";
}
