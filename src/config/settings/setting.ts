import type { ValueKind } from "../kinds/value-kind.ts";

/** One setting: how it is spelled in a config file and in the environment, what it accepts and what it is when nobody says. */
export interface Setting<T, D = T> {
  /** Path below `servers.reverb`, or below one entry of `apps.apps`: `scaling.server.port`. */
  readonly key: string;
  /** The variable that Laravel's stock file reads for it, or our own; none where only a file can say it. */
  readonly env?: string;
  readonly kind: ValueKind<T>;
  readonly default: D;
  /** Reverb's own default where a `config/reverb.php` lacks the key, if that differs from what the stock file writes. */
  readonly defaultInPhp?: D;
  /** What an empty text means, if not the default as everywhere else. */
  readonly whenEmpty?: D;
  /** Unit of the default, for people. */
  readonly unit?: "seconds" | "bytes";
  /** What it does, for docs/settings.md: Markdown that begins in lower case and has no full stop. */
  readonly description: string;
  /** The page that has more about it: a Markdown link from docs/. */
  readonly see?: string;
  /** How docs/settings.md writes the default, where the value itself does not explain it. */
  readonly defaultText?: string;
  /** Unknown to Reverb: a stock config file has no such key, so its variable counts beside a config file too. */
  readonly ours?: true;
  /** The server cannot do without; `default` only fills the hole until the error is reported. */
  readonly required?: true;
}

/** Any setting, where only its names and its check matter. */
export type AnySetting = Setting<unknown>;

/** The values of a group of settings, each of its kind's type. */
export type SettingValues<G> = {
  readonly [N in keyof G]: G[N] extends Setting<infer T, infer D> ? T | D : never;
};

/** Declares a setting whose default is of the kind's type. */
export function setting<T, const D = T>(declared: Setting<T, D>): Setting<T, D> {
  return declared;
}
