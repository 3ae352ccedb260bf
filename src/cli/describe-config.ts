import type { ConfigReading } from "../config/load-config.ts";
import type { SettledValue } from "../config/findings.ts";

/** The lines of `resound config`: one for each value, in columns, below the part that it belongs to. Never a secret. */
export function describeConfig({ config, settled }: ConfigReading): string[] {
  const files = config.files.length === 0 ? "no file: the environment and defaults" : config.files.join(", ");
  const { enabled, prefix } = config.server.scaling;
  const sections = sectionsOf(settled.map((each) => withPrefix(each, prefix)), enabled, config.development);
  const rows = sections.flatMap((section) => section.rows);
  const widths = [0, 1].map((column) =>
    Math.max(...rows.map((row) => row[column]!.length).filter((length) => length <= WIDEST))
  );
  return [
    `Read from ${files}`,
    ...sections.flatMap(({ title, rows }) => ["", title, ...rows.map((row) => `  ${aligned(row, widths)}`)]),
  ];
}

/** A longer cell pushes only its own line to the right. */
const WIDEST = 40;

type Row = readonly [key: string, value: string, source: string];

interface Section {
  readonly title: string;
  readonly rows: Row[];
}

function sectionsOf(settled: readonly SettledValue[], scaling: boolean, development: boolean): Section[] {
  const server: Section = { title: "Server", rows: [] }, redis: Section = { title: "Redis", rows: [] };
  const applications: Section[] = [];
  for (const each of settled) {
    if (each.part === "server") server.rows.push(rowOf(each));
    else if (each.part === "redis") redis.rows.push(rowOf(each));
    else {
      if (each.key === "app_id") {
        const title = development ? "Application, made up for each run" : `Application ${each.value}`;
        applications.push({ title, rows: [] });
      }
      applications.at(-1)?.rows.push(rowOf(development ? madeUp(each) : each));
    }
  }
  return [server, ...(scaling ? [redis] : []), ...applications];
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
