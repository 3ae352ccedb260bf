import type { ConfigFiles } from "../sources/config-files.ts";
import type { Environment } from "../sources/environment.ts";
import type { Findings } from "../findings.ts";
import type { ReverbFile } from "../sources/reverb-file.ts";
import type { AnySetting } from "../settings/setting.ts";
import { isEmptyVariable } from "./own-configuration.ts";
import { foreignTable } from "./foreign-table.ts";
import { soketiApplications, soketiDefaults } from "./soketi-applications.ts";
import { warnAboutLacking } from "./soketi-lacking.ts";
import { type SoketiJson, SoketiOptions } from "./soketi-options.ts";
import { soketiServer } from "./soketi-server.ts";
import { soketiSource } from "./soketi-source.ts";

/** What soketi's configuration is read from. */
export interface SoketiReading {
  readonly json: SoketiJson | undefined;
  readonly files: Pick<ConfigFiles, "directory">;
  readonly environment: Environment;
  readonly findings: Findings;
}

/**
 * soketi's variables and its config file, as a config file of ours would say it: with the place of each value. Warns of what has no
 * counterpart. Variables of our own settings count beside it, and go before what soketi only has as a default.
 */
export function readSoketi({ json, environment, findings }: SoketiReading): ReverbFile {
  const options = new SoketiOptions(environment, json);
  const isSet = ({ env }: AnySetting): boolean => !isEmptyVariable(environment, env);
  const defaults = soketiDefaults(options), apps = soketiSource(options, findings);
  const file: ReverbFile = {
    name: json?.name ?? "the variables SOKETI_…",
    format: "toml",
    from: "soketi",
    cached: false,
    server: foreignTable(soketiServer(options, isSet), "soketi's configuration"),
    serverFromEnvironment: true,
    apps,
    applications: apps === undefined ? soketiApplications(options, defaults, findings) : undefined,
    applicationDefaults: defaults,
  };
  warnAboutLacking(options, findings);
  return file;
}
