import { applicationSettings, publicSettings } from "./application-settings.ts";
import { type ConfigNode, isEmptyNode, plainValue } from "../sources/config-node.ts";
import { convertEnvironmentText } from "../../php/environment-text.ts";
import { type Environment, processOrigin } from "../sources/environment.ts";
import type { Findings } from "../findings.ts";
import type { ReverbFile } from "../sources/reverb-file.ts";
import { serverSettings } from "./server-settings.ts";
import { type AnySetting, settingsOf } from "./setting.ts";
import { environmentPlace } from "../sources/setting-source.ts";

/** What variables without effect are looked for in. */
export interface UnaskedVariables {
  readonly file: ReverbFile;
  readonly environment: Environment;
  /** Names of the variables that the file has asked for. */
  readonly asked: ReadonlySet<string>;
  readonly findings: Findings;
}

/** Laravel's own client side asks for these in `config/broadcasting.php`, so that they have an effect all the same. */
const ASKED_ELSEWHERE: ReadonlySet<string | undefined> = new Set(
  [applicationSettings.id, applicationSettings.key, applicationSettings.secret, ...settingsOf(publicSettings)]
    .map(({ env }: AnySetting) => env),
);

/** Settings with a warning of their own (webhook-warnings.ts). */
const WARNED_ELSEWHERE: readonly AnySetting[] = [
  applicationSettings.webhooks,
  applicationSettings.webhookEvents,
];

/**
 * Warns about variables of settings that are set, and that the config file does not ask for while it says something else: an operator
 * who has set `REVERB_APP_ALLOWED_ORIGINS` believes that the server is closed to others.
 */
export function warnAboutUnasked(search: UnaskedVariables): void {
  const { file } = search, isToml = file.format === "toml";
  if (file.server !== undefined) {
    warnAbout(settingsOf(serverSettings), [file.server], ({ ours }) => isToml || ours === true, search);
  }
  if (file.applications !== undefined && file.applications.length > 0) {
    const { allowedOrigins } = applicationSettings;
    const counts = (setting: AnySetting): boolean => setting.ours === true || setting === allowedOrigins;
    warnAbout(settingsOf(applicationSettings), file.applications, counts, search);
  }
}

/** `counts` says of a setting whether its variable counts where one of the `parts` does not write it. */
function warnAbout(
  settings: readonly AnySetting[],
  parts: readonly ConfigNode[],
  counts: (setting: AnySetting) => boolean,
  { file, environment, asked, findings }: UnaskedVariables,
): void {
  for (const setting of settings) {
    if (WARNED_ELSEWHERE.includes(setting)) continue;
    for (const name of [setting.env, setting.alias]) {
      if (name === undefined || asked.has(name) || ASKED_ELSEWHERE.has(name)) continue;
      const variable = environment.get(name), value = convertEnvironmentText(variable?.value ?? "");
      if (variable === undefined || value === null || value === "") continue;
      // Of a newer .env the cache's own warning tells (cached-config.ts).
      if (file.cached && variable.origin !== processOrigin) continue;
      const written = parts.map((part) => readable(part, setting.key));
      if (written.some((node) => node === "unreadable" || node !== undefined && isSame(node, value))) {
        continue;
      }
      if (counts(setting) && written.some((node) => node === undefined)) continue;
      const first = written.find((node) => node !== undefined && node !== "unreadable");
      const place = environmentPlace(name, variable.origin);
      findings.warn(`${place}: has no effect${reason(first, name, setting, file)}`);
    }
  }
}

function reason(node: ConfigNode | undefined, name: string, { kind }: AnySetting, file: ReverbFile): string {
  const isToml = file.format === "toml";
  if (file.cached) {
    const line = node === undefined ? file.name : lineOf(node);
    const said = node === undefined ? "has no such key" : `says ${saidBy(node, kind.secret)}`;
    return `: ${line} ${said}, and PHP reads nothing else; run "php artisan config:cache" where the variable is set`;
  }
  if (node === undefined) {
    return isToml
      ? `, since the applications are written in ${file.name}; write the value there`
      : `, since ${file.name} does not ask for it; write env('${name}') there`;
  }
  const said = `${lineOf(node)} says ${saidBy(node, kind.secret)}`;
  return isToml
    ? `: ${said}, and the file wins; take one of them out`
    : `: ${said} without asking for it; write env('${name}') there, or take the variable out`;
}

/** File and line of a node. */
function lineOf({ keyPlace }: ConfigNode): string {
  return keyPlace.replace(/(:\d+) \S+$/, "$1");
}

function saidBy(node: ConfigNode, isSecret: boolean): string {
  return isSecret ? "something else" : inQuotes(plainValue(node));
}

/** The setting in a part of the file; `undefined` where it is not written, or null. */
function readable(part: ConfigNode, key: string): ConfigNode | "unreadable" | undefined {
  let found: ConfigNode | undefined = part;
  for (const name of key.split(".")) {
    found = found?.kind === "table" ? found.entries.get(name) : undefined;
    if (found?.kind === "leaf" && found.error !== undefined) return "unreadable";
  }
  return found?.kind === "leaf" && isEmptyNode(found) ? undefined : found;
}

/** Whether both say the same: a variable is always a text, and a list in it has commas. */
function isSame(node: ConfigNode, value: unknown): boolean {
  const written = plainValue(node);
  return [written].flat().map(String).join(",") === String(value).split(/\s*,\s*/).join(",");
}

function inQuotes(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : value.map(inQuotes).join(", ");
  if (typeof value === "object" && value !== null) return "something else";
  return typeof value === "string" ? `'${value.replace(/\p{Cc}/gu, " ")}'` : String(value);
}
