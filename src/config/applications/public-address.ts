import type { ConfigReading } from "../load-config.ts";
import { Findings } from "../findings.ts";
import { NodeSource } from "../sources/node-source.ts";
import { findWritten, readSettings } from "../settings/read-settings.ts";
import { EnvironmentSource } from "../sources/setting-source.ts";
import { publicSettings } from "../settings/application-settings.ts";

/** Where Laravel and the browsers are told to go: `REVERB_HOST`, `REVERB_PORT`, `REVERB_SCHEME`. */
export interface PublicAddress {
  /** Empty when nobody says. */
  readonly host: string;
  readonly port: number;
  readonly scheme: "http" | "https";
  /** Who says the host. */
  readonly place: string | undefined;
  /** What is wrong with the three; a default stands in for it. */
  readonly errors: readonly string[];
}

/** The public address as Laravel's stock files make it of the variables, and an application's `options` in the config file. */
export function readPublicAddress(
  { file, environment }: Pick<ConfigReading, "file" | "environment">,
): PublicAddress {
  // A server does not need to know it, so that a mistake in it must not keep one from starting.
  const findings = new Findings();
  const sources = [new NodeSource(file?.applications[0]), new EnvironmentSource(environment)];
  const values = readSettings(publicSettings, { part: "application", sources, findings });
  return { ...values, place: findWritten(sources, publicSettings.host)?.place, errors: findings.errors };
}
