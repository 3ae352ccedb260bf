import { applicationSettings, publicSettings } from "./application-settings.ts";
import { closestName } from "../kinds/closest-name.ts";
import type { Environment } from "../sources/environment.ts";
import type { Findings } from "../findings.ts";
import { providerSettings } from "./provider-settings.ts";
import { redisSettings } from "./redis-settings.ts";
import { serverSettings, unusedSettings } from "./server-settings.ts";
import { settingsOf } from "./setting.ts";
import { environmentPlace } from "../sources/setting-source.ts";

/** Letters that may be wrong. With more of them the variable belongs to other software, such as `REVERB_CLIENT_HOST`. */
const SLIPS = 2;

const KNOWN: ReadonlySet<string> = new Set(
  [serverSettings, unusedSettings, redisSettings, providerSettings, applicationSettings, publicSettings]
    .flatMap((group) => settingsOf(group).flatMap(({ env, alias }) => [env, alias]))
    // Laravel's stock file asks for it, for the name of the server.
    .concat("REVERB_SERVER")
    .filter((name) => name !== undefined),
);

/** The variables of settings that a config file need not ask for. */
const OURS: ReadonlySet<string> = new Set(
  [serverSettings, redisSettings, providerSettings, applicationSettings]
    .flatMap((group) =>
      settingsOf(group).flatMap(({ env, ours }) => env !== undefined && ours === true ? [env] : [])
    ),
);

/**
 * Warns about `REVERB_…` variables that were not looked up and whose name is nearly that of a setting, since a misspelt limit limits
 * nothing. MUST be called after the config file was read, which may ask for any name. With a cached configuration, which shows no longer
 * what was asked for, `isCached` leaves the names of our own settings only.
 */
export function checkVariables(environment: Environment, findings: Findings, isCached = false): void {
  for (const { name, origin } of environment.unasked("REVERB_")) {
    const closest = KNOWN.has(name) ? undefined : closestName(name, KNOWN, SLIPS);
    if (closest === undefined || isCached && !OURS.has(closest)) continue;
    findings.warn(
      `${
        environmentPlace(name, origin)
      }: no setting has this name, and it is ignored; did you mean ${closest}?`,
    );
  }
}
