import { stringify } from "smol-toml";
import { applicationSettings, publicSettings } from "../settings/application-settings.ts";
import { providerSettings } from "../settings/provider-settings.ts";
import { redisSettings } from "../settings/redis-settings.ts";
import { serverSettings } from "../settings/server-settings.ts";
import { settingsOf } from "../settings/setting.ts";
import { type ConfigTable, isEmptyNode, plainValue } from "../sources/config-node.ts";
import type { ReverbFile } from "../sources/reverb-file.ts";

/** A configuration as lines of a `.env`, and what no variable can say: sentences. */
export interface WrittenVariables {
  readonly lines: readonly string[];
  readonly unsayable: readonly string[];
}

type Parts = Pick<ReverbFile, "server" | "apps" | "applications" | "applicationDefaults">;

/** The variables of settings, by the keys below the part that they belong to. */
const SERVER = variablesOf(serverSettings, redisSettings);
const PROVIDER = variablesOf(providerSettings);
const APPLICATION = variablesOf(applicationSettings, publicSettings);

/** A configuration that was read from elsewhere (`--from`) as lines of a `.env`. They hold secrets. */
export function writtenVariables(
  { server, apps, applications = [], applicationDefaults }: Parts,
): WrittenVariables {
  const lines: string[] = [], unsayable: string[] = [];
  if (applications.length > 1) {
    unsayable.push(`${applications.length} applications: variables can describe one`);
  }
  const write = (table: ConfigTable | undefined, names: ReadonlyMap<string, string>, above: string): void => {
    for (const { key, value } of table === undefined ? [] : leaves(table, above)) {
      const name = names.get(key), text = name === undefined ? undefined : textOf(value);
      if (name === undefined || text === undefined) {
        unsayable.push(`${key}: it has no variable, or none for such a value`);
      } else lines.push(`${name}=${quoted(text)}`);
    }
  };
  write(applications[0], APPLICATION, "");
  write(apps, PROVIDER, "apps.");
  if (apps !== undefined) write(applicationDefaults, APPLICATION, "");
  write(server, SERVER, "");
  return { lines, unsayable };
}

/** The same as a `resound.toml`. It holds secrets. What holds for applications of a table stays with variables, which come as a comment. */
export function writtenToml({ server, apps, applications, applicationDefaults }: Parts): string {
  const document: Record<string, unknown> = {};
  if (server !== undefined && server.entries.size > 0) document["server"] = plainValue(server);
  document["apps"] = apps === undefined ? (applications ?? []).map(plainValue) : plainValue(apps);
  const beside = apps === undefined ? [] : writtenVariables({
    server: undefined,
    apps: undefined,
    applications: applicationDefaults === undefined ? [] : [applicationDefaults],
  }).lines;
  const comment = beside.length === 0
    ? ""
    : `# For all applications of the table, in the environment:\n${
      beside.map((line) => `# ${line}\n`).join("")
    }`;
  return comment + stringify(withoutNull(document) as Record<string, unknown>);
}

/** TOML has no null, which counts as not written. */
function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((each) => each !== null).map(withoutNull);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== null && each !== undefined).map(([name, each]) => [
      name,
      withoutNull(each),
    ]),
  );
}

function variablesOf(...groups: Parameters<typeof settingsOf>[0][]): ReadonlyMap<string, string> {
  return new Map(
    groups.flatMap(settingsOf).flatMap(({ key, env }): [string, string][] =>
      env === undefined ? [] : [[key, env]]
    ),
  );
}

/** The single values and lists of a table, by their dotted keys. */
function* leaves(
  table: ConfigTable,
  above: string,
): Generator<{ readonly key: string; readonly value: unknown }> {
  for (const [name, node] of table.entries) {
    const key = above + name;
    const isWebhooks = key === applicationSettings.webhooks.key && node.kind === "table";
    if (isWebhooks) yield* webhooks(node);
    else if (node.kind === "table" && !node.list) yield* leaves(node, `${key}.`);
    else if (!isEmptyNode(node)) yield { key, value: plainValue(node) };
  }
}

/** Webhooks with nothing but a URL and one list of events for all of them are two lists; others stay what they are. */
function* webhooks(node: ConfigTable): ReturnType<typeof leaves> {
  const targets = plainValue(node) as readonly Readonly<Record<string, unknown>>[];
  const written = targets.map((target) =>
    Object.fromEntries(Object.entries(target).filter(([, value]) => value !== null && value !== undefined))
  );
  const events = new Set(written.map(({ events }) => JSON.stringify(events)));
  const isPlain = written.every((target) =>
    Object.keys(target).every((name) => ["url", "events"].includes(name))
  );
  if (written.length === 0) return;
  if (!isPlain || events.size > 1) return yield { key: applicationSettings.webhooks.key, value: targets };
  yield { key: applicationSettings.webhooks.key, value: written.map(({ url }) => url) };
  if (written[0]?.["events"] !== undefined) {
    yield { key: applicationSettings.webhookEvents.key, value: written[0]["events"] };
  }
}

/** A value as the text of a variable; `undefined` where it has parts. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const parts = value.map(textOf);
    return parts.some((part) => part === undefined || part.includes(",")) ? undefined : parts.join(",");
  }
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : undefined;
}

/** A text as phpdotenv reads it back. */
function quoted(text: string): string {
  if (/^[\w.:/@,+*%=~-]*$/.test(text)) return text;
  if (!/['\n]/.test(text)) return `'${text}'`;
  return `"${text.replace(/["\\$]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
