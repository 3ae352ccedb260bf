import type { WebhookEventName } from "./kinds/webhook-event-name.ts";
import type { WebhookTarget } from "./kinds/webhook-kind.ts";
import type { applicationSettings } from "./settings/application-settings.ts";
import type { redisSettings } from "./settings/redis-settings.ts";
import type { scalingSettings } from "./settings/scaling-settings.ts";
import type { serverSettings } from "./settings/server-settings.ts";
import type { SettingValues } from "./settings/setting.ts";
import type { webhookSettings } from "./settings/webhook-settings.ts";

/**
 * The one configuration of a server process: frozen, complete, every default filled in. The server reads this and nothing else; it
 * does not know whether a value came from a flag, a file or the environment.
 */
export interface Config {
  readonly server: ServerConfig;
  /** Those of the config file or the environment, at least one; none where another provider has them. Ids and keys are unique. */
  readonly applications: readonly ApplicationConfig[];
  /** Where applications come from. */
  readonly provider: ProviderConfig;
  /** Files that were read, in that order, by names relative to the folder: `.env`, `config/reverb.php`. */
  readonly files: readonly string[];
  /** The one of `files` that is Laravel's cached configuration; `undefined` where there is none. */
  readonly cachedConfig?: string | undefined;
  /** The server whose variables stand for a configuration of our own (`--from`). */
  readonly from?: "soketi" | "pusher" | undefined;
  /** Sentences for the operator about values that are accepted and probably wrong; printed once at start. */
  readonly warnings: readonly string[];
  /** True when nothing was configured and `applications` holds one made-up development application. */
  readonly development: boolean;
  /** Where `php artisan reverb:restart` writes its timestamp. */
  readonly restartSignal: RestartSignalConfig;
  /** Where messages are written to for Laravel Pulse. */
  readonly pulse: PulseConfig;
}

/** One tenant, as written under `apps` of Laravel's `config/reverb.php`: what application-settings.ts lists, by its names. */
export interface ApplicationConfig
  extends Omit<SettingValues<typeof applicationSettings>, "webhooks" | "webhookEvents"> {
  /** Where events of its channels are sent, each with its events. Ours. */
  readonly webhooks: readonly WebhookConfig[];
}

/** Where applications come from (`apps.provider`): the configuration itself, or a source that is asked while the server runs. */
export type ProviderConfig =
  | { readonly kind: "config" }
  | (SourceSettings & {
    readonly kind: "database";
    readonly connection: DatabaseConfig;
    /** With the connection's table prefix. */
    readonly table: string;
    /** Columns with other names than the keys of the settings, by these keys. */
    readonly columns: Readonly<Record<string, string>>;
    /** Seconds between two looks for rows that have changed; 0 for none. */
    readonly pollSeconds: number;
  })
  | (SourceSettings & {
    readonly kind: "http";
    /** May hold secrets: only `shownUrl` of it may be shown. */
    readonly url: string;
    /** MUST NOT be logged. */
    readonly secret: string;
  });

/** How a source of applications is asked, by the names of provider-settings.ts. */
export interface SourceSettings {
  readonly cacheSeconds: number;
  readonly absentSeconds: number;
  readonly waitSeconds: number;
  readonly lookups: number;
  readonly maxMessageSize: number;
  /** What an application has that its record leaves out. Its id, key and secret are empty. */
  readonly defaults: ApplicationConfig;
}

/** Messages that one connection may send (`rate_limiting` of an application). */
export type RateLimitConfig = ApplicationConfig["rateLimiting"];

/** What an application's clients get again that they have missed: what recovery-settings.ts lists. */
export type RecoveryConfig = ApplicationConfig["recovery"];

/** A webhook with its events. */
export interface WebhookConfig extends WebhookTarget {
  readonly events: readonly WebhookEventName[];
}

/** How webhooks are sent, for all applications (`webhook_options`): what webhook-settings.ts lists. */
export type WebhookOptions = SettingValues<typeof webhookSettings>;

/** The settings of `servers.reverb` in Laravel's `config/reverb.php`: what server-settings.ts lists, by its names. */
export interface ServerConfig extends SettingValues<typeof serverSettings> {
  readonly scaling: ScalingConfig;
  /** `options.tls`, by PHP's SSL context names; empty for plain ws. */
  readonly tls: Readonly<Record<string, unknown>>;
  /** The place of each of them, by its name (`local_cert`, `SNI_server_certs.a.test`); `undefined` where there is none. */
  readonly tlsPlaces?: Readonly<Record<string, string>> | undefined;
}

/** `shared` compresses each message by itself, `dedicated` with a memory of what the connection was sent before. */
export type CompressionMode = ServerConfig["compression"];

/** `servers.reverb.scaling` of Laravel's `config/reverb.php`: what scaling-settings.ts lists, and the Redis connection. */
export interface ScalingConfig extends SettingValues<typeof scalingSettings> {
  /** Begins every key and channel of ours in Redis; without braces, so that hash tags work. */
  readonly prefix: string;
  readonly server: RedisConfig;
}

/**
 * A Redis connection, as `database.redis.default` of Laravel's `config/database.php` names its parts: what redis-settings.ts lists.
 * What the URL holds is in the other fields already, as Laravel merges it; `url` itself is there for completeness. It, `password`,
 * `sentinelPassword` and the `passphrase` MUST NOT be logged.
 */
export interface RedisConfig extends Omit<SettingValues<typeof redisSettings>, "scheme"> {
  /** Path of a Unix socket to use in place of host and port; then `host` is that path too. */
  readonly socket: string | undefined;
  /** Whether the connection is encrypted: `scheme` is `tls`, or the URL begins with `rediss:` or `tls:`. */
  readonly tls: boolean;
}

/** Where one server is reached. */
export type RedisAddress = RedisConfig["cluster"][number];

/** Where `php artisan reverb:restart` writes its timestamp: an entry of Laravel's default cache store. */
export type RestartSignalConfig =
  /** The folder is no Laravel application. */
  | { readonly kind: "none" }
  | { readonly kind: "file"; readonly path: string }
  | {
    readonly kind: "database";
    readonly connection: DatabaseConfig;
    /** With the connection's table prefix. */
    readonly table: string;
    /** With the store's prefix. */
    readonly key: string;
  }
  | {
    readonly kind: "redis";
    readonly connection: RedisConfig;
    /** With the prefixes of the connection and of the store. */
    readonly key: string;
  }
  /** A store that cannot be read from here; `reason` completes "… is not noticed, because". */
  | { readonly kind: "unsupported"; readonly reason: string };

/** A database, as `connections.NAME` of Laravel's `config/database.php` names its parts. `password` MUST NOT be logged. */
export type DatabaseConfig =
  | { readonly kind: "sqlite"; readonly path: string }
  | {
    readonly kind: "mysql" | "postgres";
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly username: string;
    readonly password: string;
    /** Path of a Unix socket to use in place of host and port. */
    readonly socket: string | undefined;
    /** PostgreSQL's schemas, in the order in which a table is looked for. */
    readonly searchPath: string | undefined;
    /** PostgreSQL's `sslmode`. */
    readonly sslMode: string | undefined;
  };

/** Whether and where messages are written for Laravel Pulse's card. */
export type PulseConfig =
  /** Pulse is not installed, or does not record messages. */
  | { readonly kind: "off" }
  | {
    readonly kind: "on";
    /** The share of messages that Pulse records, from 0 to 1. */
    readonly sampleRate: number;
    readonly target: PulseTarget;
  }
  /** Pulse records messages, but where to write them cannot be found out; `reason` completes "… gets no messages, because". */
  | { readonly kind: "unsupported"; readonly reason: string };

/** Where Pulse takes entries: in its storage, or in Redis, from which its `pulse:work` moves them there. */
export type PulseTarget =
  | {
    readonly kind: "database";
    readonly connection: DatabaseConfig;
    /** `pulse_aggregates` with the connection's table prefix. */
    readonly table: string;
  }
  | {
    readonly kind: "redis";
    readonly connection: RedisConfig;
    /** Key of the stream, with its prefix. */
    readonly stream: string;
    readonly trim: PulseTrim;
  };

/** How much is kept in Pulse's stream (`ingest.trim.keep`). */
export type PulseTrim =
  | { readonly kind: "none" }
  | { readonly kind: "entries"; readonly entries: number }
  | { readonly kind: "age"; readonly seconds: number };
