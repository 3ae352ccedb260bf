/** A setting after it was read, for `resound config`: what it is and who said so. */
export interface SettledValue {
  readonly part: SettingPart;
  /** As in the settings table: `scaling.server.port`. */
  readonly key: string;
  readonly value: unknown;
  readonly secret: boolean;
  /** `.env:7 REVERB_SERVER_PORT`, `config/reverb.php:34 servers.reverb.port`, `--port`; `undefined` for a default. */
  readonly place: string | undefined;
}

/** What a setting is a setting of. The values of an application begin with its `app_id`. */
export type SettingPart = "server" | "redis" | "application";
