import { ConfigError } from "../config-error.ts";
import { providerSettings } from "../settings/provider-settings.ts";
import type { AnySetting } from "../settings/setting.ts";
import { type ConfigTable, nodeAt, plainValue } from "./config-node.ts";
import type { SettingSource, WrittenValue } from "./setting-source.ts";

/**
 * Settings beside the list of applications, in `apps` of a config file. Laravel's stock file says `'provider' => 'config'` and cannot
 * ask for a variable there, so that this one word counts as not written.
 */
export class ProviderSource implements SettingSource {
  readonly #apps: ConfigTable | undefined;

  constructor(apps: ConfigTable | undefined) {
    this.#apps = apps;
  }

  find(setting: AnySetting): WrittenValue | undefined {
    try {
      const node = nodeAt(this.#apps, setting.key.slice("apps.".length));
      if (node === undefined) return undefined;
      const value = plainValue(node);
      if (setting === providerSettings.provider && value === providerSettings.provider.default) {
        return undefined;
      }
      return { value, place: node.place };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { value: undefined, place: setting.key, error };
    }
  }
}
