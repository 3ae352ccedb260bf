import type { ConfigReading } from "../config/load-config.ts";
import type { SettledValue } from "../config/findings.ts";

/** What `resound config` says, as JSON: the same values and sources. */
export interface ConfigDocument {
  readonly files: readonly string[];
  /** Whether the application is made up for each run. */
  readonly development: boolean;
  readonly server: DocumentPart;
  /** Only where nodes scale. */
  readonly redis?: DocumentPart;
  readonly applications: readonly DocumentPart[];
  readonly warnings: readonly string[];
}

/** Settings by their keys; a source is a flag, a place in a file, a variable, or `default`. A secret is a text that says its length. */
type DocumentPart = Readonly<Record<string, { readonly value: unknown; readonly source: string }>>;

/** The lines of `resound config`: one for each value, in columns, below the part that it belongs to. Never a secret. */
export function describeConfig(reading: ConfigReading): string[] {
  const { files } = reading.config;
  const sections = sectionsOf(reading).map(({ title, values }) => ({ title, rows: values.map(rowOf) }));
  const rows = sections.flatMap((section) => section.rows);
  const widths = [0, 1].map((column) =>
    Math.max(...rows.map((row) => row[column]!.length).filter((length) => length <= WIDEST))
  );
  return [
    `Read from ${files.length === 0 ? "no file: the environment and defaults" : files.join(", ")}`,
    ...sections.flatMap(({ title, rows }) => ["", title, ...rows.map((row) => `  ${aligned(row, widths)}`)]),
  ];
}

/** The same for programs. */
export function documentConfig(reading: ConfigReading, warnings: readonly string[]): ConfigDocument {
  const [server, ...others] = sectionsOf(reading);
  const redis = others.find(({ part }) => part === "redis");
  return {
    files: reading.config.files,
    development: reading.config.development,
    server: documentPart(server!),
    ...redis === undefined ? {} : { redis: documentPart(redis) },
    applications: others.filter(({ part }) => part === "application").map(documentPart),
    warnings,
  };
}

/** A longer cell pushes only its own line to the right. */
const WIDEST = 40;

type Row = readonly [key: string, value: string, source: string];

interface Section {
  readonly part: SettledValue["part"];
  readonly title: string;
  readonly values: SettledValue[];
}

/** The parts of a configuration, the server's first. */
function sectionsOf({ config, settled }: ConfigReading): readonly Section[] {
  const { development, provider, server: { scaling } } = config;
  const hasSource = provider.kind !== "config";
  const server: Section = { part: "server", title: "Server", values: [] };
  const redis: Section = { part: "redis", title: "Redis", values: [] };
  const applications: Section[] = [];
  for (const each of settled.map((each) => withPrefix(each, scaling.prefix))) {
    // How a source is asked is shown where there is one.
    if (each.key.startsWith("apps.") && !hasSource) continue;
    if (each.part === "server") server.values.push(each);
    else if (each.part === "redis") redis.values.push(each);
    else {
      if (each.key === "app_id") {
        const title = development ? "Application, made up for each run" : `Application ${each.value}`;
        applications.push({ part: "application", title, values: [] });
      }
      applications.at(-1)?.values.push(development ? madeUp(each) : each);
    }
  }
  return [server, ...(scaling.enabled ? [redis] : []), ...applications];
}

/** Shows the prefix in use: one that is not written follows from the channel. */
function withPrefix(each: SettledValue, prefix: string): SettledValue {
  return each.part === "server" && each.key === "scaling.prefix" ? { ...each, value: prefix } : each;
}

/** A made-up application is open to every origin, and its credentials are made at the start. */
function madeUp(each: SettledValue): SettledValue {
  switch (each.key) {
    case "app_id":
    case "key":
    case "secret":
      return { ...each, value: undefined, secret: false };
    case "allowed_origins":
      return { ...each, value: ["*"], place: undefined };
    case "accept_client_events_from":
      return { ...each, value: "members", place: undefined };
    default:
      return each;
  }
}

function documentPart({ values }: Section): DocumentPart {
  return Object.fromEntries(values.map(({ key, value, secret, place }) => [
    key,
    { value: secret && value !== undefined ? masked(value) : value ?? null, source: place ?? "default" },
  ]));
}

function rowOf({ key, value, secret, place }: SettledValue): Row {
  return [key, secret ? masked(value) : shown(value), place ?? "default"];
}

function masked(value: unknown): string {
  if (value === undefined) return "-";
  return typeof value === "string" ? `•••• (${value.length} characters)` : "••••";
}

function shown(value: unknown): string {
  if (value === undefined || value === "" || Array.isArray(value) && value.length === 0) return "-";
  if (Array.isArray(value)) return value.map(shown).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  const text = String(value);
  // A text with control characters could move the cursor or look like another line: it is quoted.
  return /\p{Cc}/u.test(text) ? JSON.stringify(text) : text;
}

function aligned(row: Row, widths: readonly number[]): string {
  return row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ").trimEnd();
}
