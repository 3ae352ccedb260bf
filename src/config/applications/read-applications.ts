import {
  type ApplicationCandidate,
  isBlank,
  readApplication,
  refuseDuplicates,
  refuseSharedWebhook,
} from "./application-config.ts";
import { applicationKeys, checkKeys } from "../settings/check-keys.ts";
import { type ConfigTable, nodeAt } from "../sources/config-node.ts";
import { CACHE_REMEDY, type CachedConfig } from "../laravel/cached-config.ts";
import type { ApplicationConfig } from "../config.ts";
import { makeDevelopmentApplication, type RandomInteger } from "./development-application.ts";
import type { Environment } from "../sources/environment.ts";
import type { Findings } from "../findings.ts";
import { pusherHint, soketiHint } from "../from/foreign-hint.ts";
import { NodeSource } from "../sources/node-source.ts";
import type { ReverbFile } from "../sources/reverb-file.ts";
import { applicationSettings } from "../settings/application-settings.ts";
import type { AnySetting } from "../settings/setting.ts";
import { EnvironmentSource } from "../sources/setting-source.ts";
import { warnAboutOrigins } from "./origin-warnings.ts";
import { warnAboutWebhooks } from "./webhook-warnings.ts";

/** What the applications are read from. */
export interface ApplicationsReading {
  /** `undefined` without a config file. */
  readonly file: ReverbFile | undefined;
  /** Laravel's cached configuration, where there is one. */
  readonly cached: CachedConfig | undefined;
  readonly environment: Environment;
  readonly random: RandomInteger;
  readonly findings: Findings;
}

/**
 * Reads all applications: those of the config file, or the one of the environment when the file has none. Where no credentials are
 * written at all, the result is one made-up development application; with `APP_ENV=production` that is an error instead, since no
 * client could know its key.
 */
export function readApplications(
  { file, cached, environment, random, findings }: ApplicationsReading,
): { applications: ApplicationConfig[]; development: boolean } {
  for (const entry of file?.applications ?? []) checkKeys(entry, applicationKeys, findings);
  const candidates = file?.applications?.map((entry) => fileApplication(entry, file, environment)) ??
    [environmentApplication(environment, cached?.broadcasting)];
  // An `apps` without applications has been reported already.
  if (candidates.length === 0) return { applications: [], development: false };
  const isProduction = (cached?.text("app.env") ?? environment.get("APP_ENV")?.value) === "production";
  if (!candidates.every(isBlank)) {
    const applications = candidates.map((candidate) => {
      const application = readApplication(candidate, findings);
      warnAboutOrigins(application.allowedOrigins, candidate, findings);
      return application;
    });
    refuseDuplicates(candidates, applications, findings);
    refuseSharedWebhook(candidates, findings);
    for (const [index, application] of applications.entries()) {
      warnAboutWebhooks(application, candidates[index]!, isProduction, findings);
    }
    return { applications, development: false };
  }
  if (isProduction) {
    const other = soketiHint(environment) ?? pusherHint(environment);
    findings.error(
      "No application is configured: set REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET in .env or the environment" +
        (cached === undefined ? "" : `. Then ${CACHE_REMEDY}: ${cached.file} counts, and has none`) +
        (other === undefined ? "" : `. ${other}`),
    );
    return { applications: [], development: false };
  }
  // Limits that are set without credentials hold for the made-up application too.
  const { sources, php } = candidates[0]!;
  const settings = readApplication({ sources, php }, findings);
  return { applications: [makeDevelopmentApplication(settings, random)], development: true };
}

/** The one application that environment variables describe; `broadcasting` has the credentials that PHP signs with, from its cache. */
function environmentApplication(
  environment: Environment,
  broadcasting: ConfigTable | undefined,
): ApplicationCandidate {
  return {
    sources: [
      ...broadcasting === undefined ? [] : [new NodeSource(withoutOptions(broadcasting))],
      new EnvironmentSource(environment),
    ],
    missing: ({ env }: AnySetting) =>
      `${env} is not set; an application needs REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET`,
    php: false,
  };
}

/**
 * One entry of `apps`. Variables beside it count only for settings of our own, which hold for all applications alike, and for the
 * origins where the entry has none: without them it would be open to all.
 */
function fileApplication(
  entry: ConfigTable,
  { format, cached, from }: Pick<ReverbFile, "format" | "cached" | "from">,
  environment: Environment,
): ApplicationCandidate {
  const { allowedOrigins } = applicationSettings;
  return {
    sources: [
      new NodeSource(entry),
      new EnvironmentSource(environment, (setting) => setting.ours === true || setting === allowedOrigins),
    ],
    missing: ({ key }: AnySetting) => {
      const node = nodeAt(entry, key);
      if (node === undefined) return `${entry.place}.${key}: missing; every application needs one`;
      const [name] = node.kind === "leaf" ? node.env : [];
      const advice = name !== undefined
        ? `; set ${name} in .env or the environment`
        : cached
        ? `; set it in .env, and ${CACHE_REMEDY}`
        : "";
      return `${node.place}: expected a value, got none${advice}`;
    },
    php: format === "php" && from === undefined,
    entry,
  };
}

/** The credentials of a connection alone: its other keys are for PHP's client. */
function withoutOptions(connection: ConfigTable): ConfigTable {
  const { id, key, secret } = applicationSettings, names: readonly string[] = [id.key, key.key, secret.key];
  return {
    ...connection,
    entries: new Map([...connection.entries].filter(([name]) => names.includes(name))),
  };
}
