import { applicationSettings } from "../settings/application-settings.ts";
import { providerSettings } from "../settings/provider-settings.ts";
import { findWritten } from "../settings/read-settings.ts";
import type { CachedConfig } from "../laravel/cached-config.ts";
import type { Environment } from "../sources/environment.ts";
import { NodeSource } from "../sources/node-source.ts";
import type { ReverbFile } from "../sources/reverb-file.ts";

const { id, key, secret } = applicationSettings;

/**
 * What configures applications of our own, as a sentence names it; `undefined` where nothing does. A `config/reverb.php` whose
 * applications have no credentials is Laravel's stock file, and configures none.
 */
export function ownConfiguration(
  file: ReverbFile | undefined,
  environment: Environment,
  cached: Pick<CachedConfig, "file" | "broadcasting"> | undefined,
): string | undefined {
  // An empty one may be what the output of `resound migrate` is on its way to.
  const isWritten = file?.server !== undefined || file?.apps !== undefined ||
    file?.applications !== undefined;
  if (file?.format === "toml" && isWritten) return file.name;
  const hasCredentials = (file?.applications ?? []).some((entry) =>
    [id, key, secret].some((setting) => findWritten([new NodeSource(entry)], setting) !== undefined)
  );
  if (file !== undefined && hasCredentials) return file.name;
  if (cached?.broadcasting !== undefined) return cached.file;
  const { env = "", default: usual } = providerSettings.provider;
  const variables = [id.env, key.env, secret.env].filter((name) => !isEmptyVariable(environment, name));
  if (!isEmptyVariable(environment, env) && environment.get(env)?.value !== usual) variables.push(env);
  return variables[0];
}

/** Whether a variable is not set, or empty. */
export function isEmptyVariable(environment: Environment, name: string | undefined): boolean {
  const value = name === undefined ? undefined : environment.get(name)?.value;
  return value === undefined || value === "" || value.toLowerCase() === "null";
}
