import { ConfigError } from "./config-error.ts";

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

/** Collects what is wrong and what looks odd while a configuration is read, so that all of it is reported together. */
export class Findings {
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  /** Every setting that was read, in order, with its place. */
  readonly settled: SettledValue[] = [];

  /** Notes something that makes the configuration unusable; reading goes on to find the rest. */
  error(message: string): void {
    this.errors.push(message);
  }

  /** Notes something that is accepted but that the operator should look at. */
  warn(message: string): void {
    if (!this.warnings.includes(message)) this.warnings.push(message);
  }

  /** Ends the reading with a `ConfigError` holding every error noted so far; does nothing when there is none. */
  throwIfErrors(): void {
    if (this.errors.length > 0) throw new ConfigError([...this.errors]);
  }
}
