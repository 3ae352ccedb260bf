import type { ConfigReading } from "../load-config.ts";
import { Findings } from "../findings.ts";
import { NodeSource } from "../sources/node-source.ts";
import { findWritten, readSettings } from "../settings/read-settings.ts";
import { EnvironmentSource } from "../sources/setting-source.ts";
import { publicSettings } from "../settings/application-settings.ts";

/** The address that Laravel and browsers connect to: `REVERB_HOST`, `REVERB_PORT`, `REVERB_SCHEME`. */
export interface PublicAddress {
  /** Empty when it is written nowhere. */
  readonly host: string;
  readonly port: number;
  readonly scheme: "http" | "https";
  /** The host as it is written, which is what Laravel and the browsers get; empty when it is no text. */
  readonly written: string;
  /** The place that sets the host. */
  readonly place: string | undefined;
  /** What is wrong with the three; defaults take the place of wrong values. */
  readonly errors: readonly string[];
}

/** Reads the public address: an application's `options` in the config file, else the variables of Laravel's stock files. */
export function readPublicAddress(
  { file, environment }: Pick<ConfigReading, "file" | "environment">,
): PublicAddress {
  // The server itself does not use it: a mistake in it must not keep the server from starting.
  const findings = new Findings();
  const sources = [new NodeSource(file?.applications?.[0]), new EnvironmentSource(environment)];
  const values = readSettings(publicSettings, { part: "application", sources, findings });
  const host = findWritten(sources, publicSettings.host);
  const written = typeof host?.value === "string" ? host.value : "";
  return { ...values, written, place: host?.place, errors: findings.errors };
}
