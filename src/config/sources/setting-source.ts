import type { ConfigError } from "../config-error.ts";
import { processOrigin } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { convertEnvironmentText } from "../../php/environment-text.ts";
import type { AnySetting } from "../settings/setting.ts";

/** A value as it was written, before validation, and where. */
export interface WrittenValue {
  /** A string, number, boolean, null, list or record; `null` and the empty text count as not written. */
  readonly value: unknown;
  /** Begins every message about it: `.env:7 REVERB_SERVER_PORT`, `config/reverb.php:34 servers.reverb.port`, `--port`. */
  readonly place: string;
  /** Why it could not be evaluated; then it has no value. */
  readonly error?: ConfigError;
}

/** A place where settings are written: flags, a config file, the environment. */
export interface SettingSource {
  /** The value as it is written there; `undefined` when it is not. */
  find(setting: AnySetting): WrittenValue | undefined;
}

/** How a message names an environment variable: `.env:7 REVERB_SERVER_PORT`, `environment variable REVERB_SERVER_PORT`. */
export function environmentPlace(name: string, origin: string): string {
  return origin === processOrigin ? `environment variable ${name}` : `${origin} ${name}`;
}

/** Settings from environment variables, as `env()` in Laravel's stock file would read them; `counts` chooses the settings to look up. */
export class EnvironmentSource implements SettingSource {
  readonly #environment: Environment;
  readonly #counts: (setting: AnySetting) => boolean;

  constructor(environment: Environment, counts: (setting: AnySetting) => boolean = () => true) {
    this.#environment = environment;
    this.#counts = counts;
  }

  find(setting: AnySetting): WrittenValue | undefined {
    if (!this.#counts(setting)) return undefined;
    const written = [setting.env, setting.alias].flatMap((name) => this.#read(name) ?? []);
    return written.find(({ value }) => value !== null && value !== "") ?? written[0];
  }

  #read(name: string | undefined): WrittenValue | undefined {
    const variable = name === undefined ? undefined : this.#environment.get(name);
    if (name === undefined || variable === undefined) return undefined;
    return {
      value: convertEnvironmentText(variable.value),
      place: environmentPlace(name, variable.origin),
    };
  }
}
