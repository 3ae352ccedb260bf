import { ConfigError } from "./config-error.ts";

/** A setting after it was read, for `resound config`: its value and the place that set it. */
export interface SettledValue {
  readonly part: SettingPart;
  /** As in the settings table: `scaling.server.port`. */
  readonly key: string;
  readonly value: unknown;
  readonly secret: boolean;
  /** `.env:7 REVERB_SERVER_PORT`, `config/reverb.php:34 servers.reverb.port`, `--port`; `undefined` for a default. */
  readonly place: string | undefined;
}

/** The part of the configuration that a setting belongs to. The values of an application begin with its `app_id`. */
export type SettingPart = "server" | "redis" | "application";

/** Collects errors and warnings while a configuration is read, so that all of them are reported together. */
export class Findings {
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  /** Every setting that was read, in order, with its place; without those of applications where they are not asked for. */
  readonly settled: SettledValue[] = [];
  readonly #settlesApplications: boolean;

  constructor(settlesApplications = true) {
    this.#settlesApplications = settlesApplications;
  }

  /** Adds a setting that was read. */
  settle(value: SettledValue): void {
    if (this.#settlesApplications || value.part !== "application") this.settled.push(value);
  }

  /** Adds an error, which makes the configuration unusable; reading goes on to find the others. */
  error(message: string): void {
    this.errors.push(message);
  }

  /** Adds what made a part of a file unreadable, once: many settings may be in that part. */
  fail({ messages }: ConfigError): void {
    for (const message of messages) if (!this.errors.includes(message)) this.errors.push(message);
  }

  /** Adds a warning: the value is accepted, but the operator should look at it. The same one is added only once. */
  warn(message: string): void {
    if (!this.warnings.includes(message)) this.warnings.push(message);
  }

  /** Throws a `ConfigError` with every error and warning so far; does nothing when there is no error. */
  throwIfErrors(): void {
    if (this.errors.length > 0) throw new ConfigError([...this.errors], { warnings: [...this.warnings] });
  }

  /** The error that ends the reading before its end, together with what was found until then. */
  with(error: ConfigError): ConfigError {
    return new ConfigError([...this.errors, ...error.messages], {
      cause: error,
      warnings: [...this.warnings, ...error.warnings],
    });
  }
}
