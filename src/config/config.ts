import type { WebhookEventName } from "./kinds/webhook-event-name.ts";

/**
 * The one configuration of a server process: frozen, complete, every default filled in. Whoever runs the server reads this
 * and nothing else; where a value came from (flag, file, environment) is config/'s own business and is over by then.
 */
export interface Config {
  readonly server: ServerConfig;
  /** At least one. Ids and keys are unique. */
  readonly applications: readonly ApplicationConfig[];
  /** Files that were read, in reading order, as the operator would name them: `.env`, `config/reverb.php`. */
  readonly files: readonly string[];
  /** Sentences for the operator about things that were accepted but deserve a look; printed once at start. */
  readonly warnings: readonly string[];
  /** True when nothing was configured and `applications` holds one made-up development application. */
  readonly development: boolean;
  /** Where `php artisan reverb:restart` leaves its mark. */
  readonly restartSignal: RestartSignalConfig;
  /** Where Laravel Pulse wants to be told of messages. */
  readonly pulse: PulseConfig;
}

/** Who may send client events on a private or presence channel (`accept_client_events_from`). */
export type ClientEventSenders = "all" | "members" | "none";

/** One tenant, as written under `apps` of Laravel's `config/reverb.php`. */
export interface ApplicationConfig {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
  /** Origins as Laravel's `Str::is` patterns, matched against the host of the `Origin` header; `*` allows every origin. */
  readonly allowedOrigins: readonly string[];
  /** Seconds of silence after which a connection is pinged. */
  readonly pingInterval: number;
  /** Seconds told to clients in `pusher:connection_established`. */
  readonly activityTimeout: number;
  /** Connections allowed at once; `undefined` means no limit. */
  readonly maxConnections: number | undefined;
  /** Largest WebSocket message accepted from a client, in bytes. */
  readonly maxMessageSize: number;
  readonly acceptClientEventsFrom: ClientEventSenders;
  readonly rateLimiting: RateLimitConfig;
  /** Channels that one connection may be subscribed to at once. Ours; Reverb has no limit. */
  readonly maxChannelsPerConnection: number;
  /** Channels that one API event may name (Pusher's limit is 100). */
  readonly maxChannelsPerEvent: number;
  /** Events that one `batch_events` call may hold (Pusher's limit is 10). */
  readonly maxEventsPerBatch: number;
  /** Whether `pusher_internal:subscription_count` is sent to channels. */
  readonly subscriptionCount: boolean;
  /** Where the application is told of what happens in its channels. Ours. */
  readonly webhooks: readonly WebhookConfig[];
}

/** One entry of an application's `webhooks`, as it is written. */
export interface WebhookTarget {
  /** With whatever secrets it has; only `shownUrl` of it may be shown. */
  readonly url: string;
  /** `undefined` for those of `webhook_events`. */
  readonly events?: readonly WebhookEventName[] | undefined;
  /** Sent along with every request. MUST NOT be logged. */
  readonly headers: Readonly<Record<string, string>>;
  /** Only channels whose name begins and ends so; empty for every channel. */
  readonly filter: { readonly prefix: string; readonly suffix: string };
}

/** A webhook with its events. */
export interface WebhookConfig extends WebhookTarget {
  readonly events: readonly WebhookEventName[];
}

/** How webhooks are sent, for all applications (`webhook_options`). */
export interface WebhookOptions {
  /** Seconds for which `channel_vacated` and `member_removed` wait for whoever left to come back. */
  readonly holdSeconds: number;
  /** Events in one request, and seconds that the first of them waits for more. */
  readonly batchEvents: number;
  readonly batchSeconds: number;
  /** Seconds in which the whole answer has to be there. */
  readonly timeout: number;
  /** Seconds for which an event is tried again. */
  readonly retrySeconds: number;
  /** Events that wait for one URL at most, and the bytes that they may take together. */
  readonly queueMaxEvents: number;
  readonly queueMaxBytes: number;
  /** Whether nothing is sent to addresses of private networks and of this machine. */
  readonly refusePrivateAddresses: boolean;
}

/** Messages that one connection may send (`rate_limiting` of an application). */
export interface RateLimitConfig {
  readonly enabled: boolean;
  /** Messages allowed within `decaySeconds`. */
  readonly maxAttempts: number;
  /** Length of the window, in seconds. */
  readonly decaySeconds: number;
  /** Whether a connection over the limit is closed (4100) after the error event. */
  readonly terminateOnLimit: boolean;
}

/** `shared` compresses each message by itself, `dedicated` with what the connection was sent before, which it keeps in memory. */
export type CompressionMode = "off" | "shared" | "dedicated";

/** The settings of `servers.reverb` in Laravel's `config/reverb.php`. */
export interface ServerConfig {
  /** Address to listen on, or `unix:` and the path of a Unix socket (see unix-path.ts); then `port` means nothing. */
  readonly host: string;
  readonly port: number;
  /** Prefix of every route: empty, or starting with `/` and not ending with one. */
  readonly path: string;
  /** Public host name (`--hostname`, `REVERB_HOST`); empty when unknown. */
  readonly hostname: string;
  /** Largest HTTP request body, in bytes. */
  readonly maxRequestSize: number;
  /** `options.tls`, by PHP's SSL context names; empty for plain ws. */
  readonly tls: Readonly<Record<string, unknown>>;
  readonly scaling: ScalingConfig;
  /** Whether Laravel Pulse is told of messages; `auto` when its own configuration decides. Ours. */
  readonly pulseEnabled: boolean | "auto";
  /** Seconds between two writes to Laravel Pulse. */
  readonly pulseIngestInterval: number;
  /** Seconds between two writes to Laravel Telescope. */
  readonly telescopeIngestInterval: number;
  /** Whether API calls must carry the application's key and a fresh timestamp (`auth_key`, `auth_timestamp`). Ours. */
  readonly strictApiAuthentication: boolean;
  /** Bytes that may wait to be sent to one client before it is closed as too slow. Ours. */
  readonly maxBacklogBytes: number;
  /** How frames are compressed for clients that can do it (permessage-deflate). Ours. */
  readonly compression: CompressionMode;
  /** Whether other servers with the same setting may listen on the port at the same time, for a handover. Ours. */
  readonly reusePort: boolean;
  /** Server processes that share the port; `auto` for one a processor. Ours. */
  readonly workers: number | "auto";
  /** Seconds over which the connections are closed on a graceful stop. Ours. */
  readonly drainSeconds: number;
  /** Who may use the Unix socket that `host` names: the mode of its file, in three octal digits. Ours. */
  readonly socketMode: string;
  /** Proxies whose `X-Forwarded-For` is believed: addresses, ranges (`10.0.0.0/8`), and `unix` for a Unix socket. Ours. */
  readonly trustedProxies: readonly string[];
  /** The least that is logged; with `debug` every message that passes through. Ours. */
  readonly logLevel: "debug" | "info" | "warning" | "error";
  /** How a line of the log looks: for people, or an object for machines. Ours. */
  readonly logFormat: "text" | "json";
  /** Address of the metrics' own port, or `unix:` and a path, which then turns them on without a port. Ours. */
  readonly metricsHost: string;
  /** Port on which metrics are served; `undefined` for none. Ours. */
  readonly metricsPort: number | undefined;
  /** Cached events (of cache channels) kept at once, and the bytes they may take together. Ours. */
  readonly cacheMaxEvents: number;
  readonly cacheMaxBytes: number;
  /** Whether `/dashboard` is served, below `path`. Ours. */
  readonly dashboardEnabled: boolean;
  /** How webhooks are sent. Ours. */
  readonly webhooks: WebhookOptions;
}

/** `servers.reverb.scaling` of Laravel's `config/reverb.php`. */
export interface ScalingConfig {
  readonly enabled: boolean;
  /** Name of Reverb's own Redis channel; nothing is sent there, it only tells installations apart (see `prefix`). */
  readonly channel: string;
  /** Begins every key and channel of ours in Redis; without braces, so that hash tags work. Ours, like all below except `server`. */
  readonly prefix: string;
  /** The Redis connection, by Laravel's names. */
  readonly server: RedisConfig;
  /** Whether a Redis that cannot be used at start ends the start. */
  readonly required: boolean;
  /** Seconds after which a node that shows no sign of life counts as dead. */
  readonly leaseSeconds: number;
  /** Seconds that a command may take before Redis counts as away. */
  readonly commandTimeout: number;
  /** What waits for Redis while it is away: events, the bytes that they may take together, the seconds that one may wait. */
  readonly queueMaxEvents: number;
  readonly queueMaxBytes: number;
  readonly queueMaxSeconds: number;
  /** Seconds for which a node goes on listening to a channel after its last subscriber has left. */
  readonly interestLingerSeconds: number;
}

/**
 * A Redis connection, as `database.redis.default` of Laravel's `config/database.php` names its parts. What the URL says is in the
 * other fields already, as Laravel merges it; `url` itself is there for completeness. It and `password` MUST NOT be logged.
 */
export interface RedisConfig {
  readonly url: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  /** Seconds to wait for a connection; 0 means without end. */
  readonly timeout: number;
  /** Path of a Unix socket to use in place of host and port; then `host` is that path too. */
  readonly socket: string | undefined;
  /** Whether the connection is encrypted: `scheme` is `tls`, or the URL begins with `rediss:` or `tls:`. */
  readonly tls: boolean;
  readonly tlsOptions: RedisTlsOptions;
  /** Sentinels to ask for the master of `service`, in place of host and port; empty without Sentinel. */
  readonly sentinels: readonly RedisAddress[];
  readonly service: string;
  readonly sentinelUsername: string | undefined;
  /** MUST NOT be logged. */
  readonly sentinelPassword: string | undefined;
  /** Nodes of a Redis Cluster to begin with, in place of host and port; empty without a cluster. */
  readonly cluster: readonly RedisAddress[];
}

/** Where one server is reached. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** How a server's certificate is checked and what is shown to it, by PHP's SSL context names; files are absolute paths. */
export interface RedisTlsOptions {
  /** PEM of the authorities to trust instead of the system's. */
  readonly caFile: string | undefined;
  readonly verifyPeer: boolean;
  readonly verifyPeerName: boolean;
  /** The name to find in the certificate, if not the host. */
  readonly peerName: string | undefined;
  /** PEM of the certificate to show, with its key unless `keyFile` has it. */
  readonly certificateFile: string | undefined;
  readonly keyFile: string | undefined;
  /** MUST NOT be logged. */
  readonly passphrase: string | undefined;
}

/** Where `php artisan reverb:restart` leaves its timestamp: an entry of Laravel's default cache store. */
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

/** What becomes of the messages that Laravel Pulse's card shows. */
export type PulseConfig =
  /** Pulse is not installed, or does not want them. */
  | { readonly kind: "off" }
  | {
    readonly kind: "on";
    /** The share of messages that Pulse wants to be told of, from 0 to 1. */
    readonly sampleRate: number;
    readonly target: PulseTarget;
  }
  /** Pulse wants them, but where they should go cannot be found out; `reason` completes "… gets no messages, because". */
  | { readonly kind: "unsupported"; readonly reason: string };

/** Where Pulse takes entries in: straight into its storage, or through Redis to its `pulse:work`. */
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
