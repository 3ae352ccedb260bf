import type { ValueKind } from "../kinds/value-kind.ts";

/**
 * One setting, and the only place that names it: from this row come the field of `Config`, the table in docs/settings.md, the
 * command-line option and what a reload may change. `T` is what its kind makes of a written value, `D` its default, `F` its flag.
 */
export interface Setting<T, D = T, F extends string = string> {
  /** Path below `servers.reverb`, or below one entry of `apps.apps`: `scaling.server.port`. */
  readonly key: string;
  /** The variable that Laravel's stock file reads for it, or our own; none where only a file can hold it. */
  readonly env?: string;
  /** Another name that is common for the variable; `env` wins over it. */
  readonly alias?: string;
  /** The option of the command line, as commander takes it: `--port <number>`. */
  readonly flag?: F;
  readonly kind: ValueKind<T>;
  readonly default: D;
  /** Reverb's own default where a `config/reverb.php` lacks the key, if that differs from what the stock file writes. */
  readonly defaultInPhp?: D;
  /** What an empty text means, if not the default as everywhere else. */
  readonly whenEmpty?: D;
  /** Unit of the default, for people. */
  readonly unit?: "seconds" | "milliseconds" | "bytes" | "characters";
  /** Unknown to Reverb: a stock config file has no such key, so its variable counts beside a config file too. */
  readonly ours?: true;
  /** The server cannot do without; `default` only fills the hole until the error is reported. */
  readonly required?: true;
  /** A running server follows it after a reload; without this a change is named and stays as it was until a restart. */
  readonly live?: true;
  /** What it does, for docs/settings.md and `--help`: Markdown that begins in lower case and has no full stop. */
  readonly description: string;
  /** The page that has more about it: a Markdown link from docs/. */
  readonly see?: string;
  /** How docs/settings.md writes the default, where the value itself does not explain it. */
  readonly defaultText?: string;
}

/** Any setting, where only its names and its check matter. */
export type AnySetting = Setting<unknown>;

/** Settings by the names of their fields in `Config`; a group within a group is an object within an object. */
export interface SettingGroup {
  readonly [name: string]: AnySetting | SettingGroup;
}

/** The values of a group of settings, each of its kind's type. */
export type SettingValues<G> = {
  readonly [N in keyof G]: G[N] extends Setting<infer T, infer D> ? T | D : SettingValues<G[N]>;
};

/** Declares a setting whose default is of the kind's type. */
export function setting<T, const D = T, const F extends string = never>(
  declared: Setting<T, D, F>,
): Setting<T, D, F> {
  return declared;
}

/** Whether an entry of a group is a setting and not a group: a group's own `key`, the application's, is a setting. */
export function isSetting(entry: AnySetting | SettingGroup): entry is AnySetting {
  return typeof entry["key"] === "string";
}

/** The settings of a group and of the groups within it, in order. */
export function settingsOf(group: SettingGroup): readonly AnySetting[] {
  return Object.values(group).flatMap((entry) => isSetting(entry) ? [entry] : settingsOf(entry));
}
