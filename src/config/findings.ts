import { ConfigError } from "./config-error.ts";
import type { SettledValue } from "./settings/settled-value.ts";

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
