import type { serverSettings } from "../settings/server-settings.ts";
import type { AnySetting, Setting } from "../settings/setting.ts";
import type { SettingSource } from "./setting-source.ts";
import type { WrittenValue } from "./setting-source.ts";

/** The flags of a setting, or of all settings of a group. */
type FlagOf<S> = S extends Setting<unknown, unknown, infer F> ? F : FlagOf<S[keyof S]>;
type NameOf<F> = F extends `--${infer N} <${string}>` ? N : F extends `--${infer N}` ? N : never;

/** The flags of the command line, by their names without dashes. An empty text counts as not given, as for Reverb. */
export type ServerFlags = {
  readonly [N in NameOf<FlagOf<typeof serverSettings>>]?: string | number | boolean | undefined;
};

/** The name of a setting's flag without its dashes (`log-level`); `undefined` where the command line has none. */
export function flagName({ flag }: AnySetting): string | undefined {
  return flag === undefined ? undefined : /^--([\w-]+)/.exec(flag)?.[1];
}

/** Settings from the command line. */
export class FlagSource implements SettingSource {
  readonly #flags: ReadonlyMap<string, unknown>;

  constructor(flags: ServerFlags) {
    this.#flags = new Map(Object.entries(flags));
  }

  find(setting: AnySetting): WrittenValue | undefined {
    const name = flagName(setting);
    const value = name === undefined ? undefined : this.#flags.get(name);
    return value === undefined ? undefined : { value, place: `--${name}` };
  }
}
