import { hostAddress, originPatterns, publicHostName, routePrefix } from "./address-kind.ts";
import { fileMode, proxyList } from "./proxy-kind.ts";
import { addressList, keyPrefix, redisPort } from "./redis-kind.ts";
import { yesNoOrAuto } from "./auto-kind.ts";
import { setting } from "./setting.ts";
import {
  clientEventSenders,
  duration,
  identifier,
  integer,
  listeningPort,
  oneOf,
  plainText,
  remotePort,
  secretText,
  yesOrNo,
} from "./value-kind.ts";

/** Sizes end at 1 GiB: what is larger is a slip, and the runtime's buffers would fail on it late. */
const bytes = integer(1, 1_073_741_824, "a number of bytes");
const seconds = integer(1, 86_400, "a whole number of seconds");
const count = integer(1, 1_000_000_000);

/** Settings of the server: below `servers.reverb` in `config/reverb.php`, below `[servers.reverb]` or `[server]` in TOML. */
export const serverSettings = {
  host: setting({ key: "host", env: "REVERB_SERVER_HOST", kind: hostAddress, default: "0.0.0.0" }),
  port: setting({ key: "port", env: "REVERB_SERVER_PORT", kind: listeningPort, default: 8080 }),
  path: setting({ key: "path", env: "REVERB_SERVER_PATH", kind: routePrefix, default: "" }),
  hostname: setting({ key: "hostname", env: "REVERB_HOST", kind: publicHostName, default: "" }),
  maxRequestSize: setting({
    key: "max_request_size",
    env: "REVERB_MAX_REQUEST_SIZE",
    kind: bytes,
    default: 10_000,
    unit: "bytes",
  }),
  scalingEnabled: setting({
    key: "scaling.enabled",
    env: "REVERB_SCALING_ENABLED",
    kind: yesOrNo,
    default: false,
  }),
  scalingChannel: setting({
    key: "scaling.channel",
    env: "REVERB_SCALING_CHANNEL",
    kind: plainText,
    default: "reverb",
  }),
  scalingPrefix: setting({
    key: "scaling.prefix",
    env: "REVERB_SCALING_PREFIX",
    kind: keyPrefix,
    default: undefined,
    ours: true,
  }),
  scalingRequired: setting({
    key: "scaling.required",
    env: "REVERB_SCALING_REQUIRED",
    kind: yesOrNo,
    default: false,
    ours: true,
  }),
  scalingLeaseSeconds: setting({
    key: "scaling.lease_seconds",
    env: "REVERB_SCALING_LEASE_SECONDS",
    kind: duration(2, 3_600),
    default: 15,
    unit: "seconds",
    ours: true,
  }),
  scalingCommandTimeout: setting({
    key: "scaling.command_timeout",
    env: "REVERB_SCALING_COMMAND_TIMEOUT",
    kind: duration(0.1, 60),
    default: 2,
    unit: "seconds",
    ours: true,
  }),
  scalingQueueMaxEvents: setting({
    key: "scaling.queue_max_events",
    env: "REVERB_SCALING_QUEUE_MAX_EVENTS",
    kind: integer(0, 10_000_000),
    default: 10_000,
    ours: true,
  }),
  scalingQueueMaxBytes: setting({
    key: "scaling.queue_max_bytes",
    env: "REVERB_SCALING_QUEUE_MAX_BYTES",
    kind: integer(0, 1_073_741_824, "a number of bytes"),
    default: 16_777_216,
    unit: "bytes",
    ours: true,
  }),
  scalingQueueMaxSeconds: setting({
    key: "scaling.queue_max_seconds",
    env: "REVERB_SCALING_QUEUE_MAX_SECONDS",
    kind: duration(0, 3_600),
    default: 30,
    unit: "seconds",
    ours: true,
  }),
  scalingInterestLingerSeconds: setting({
    key: "scaling.interest_linger_seconds",
    env: "REVERB_SCALING_INTEREST_LINGER_SECONDS",
    kind: duration(0, 3_600),
    default: 2,
    unit: "seconds",
    ours: true,
  }),
  pulseEnabled: setting({
    key: "pulse_enabled",
    env: "REVERB_PULSE_ENABLED",
    kind: yesNoOrAuto,
    default: "auto",
    ours: true,
  }),
  pulseIngestInterval: setting({
    key: "pulse_ingest_interval",
    env: "REVERB_PULSE_INGEST_INTERVAL",
    kind: seconds,
    default: 15,
    unit: "seconds",
  }),
  telescopeIngestInterval: setting({
    key: "telescope_ingest_interval",
    env: "REVERB_TELESCOPE_INGEST_INTERVAL",
    kind: seconds,
    default: 15,
    unit: "seconds",
  }),
  strictApiAuthentication: setting({
    key: "strict_api_authentication",
    env: "REVERB_STRICT_API_AUTHENTICATION",
    kind: yesOrNo,
    default: true,
    ours: true,
  }),
  maxBacklogBytes: setting({
    key: "max_backlog_bytes",
    env: "REVERB_MAX_BACKLOG_BYTES",
    kind: bytes,
    default: 1_048_576,
    unit: "bytes",
    ours: true,
  }),
  reusePort: setting({
    key: "reuse_port",
    env: "REVERB_REUSE_PORT",
    kind: yesOrNo,
    default: false,
    ours: true,
  }),
  drainSeconds: setting({
    key: "drain_seconds",
    env: "REVERB_DRAIN_SECONDS",
    kind: duration(0, 3_600),
    default: 3,
    unit: "seconds",
    ours: true,
  }),
  socketMode: setting({
    key: "socket_mode",
    env: "REVERB_SOCKET_MODE",
    kind: fileMode,
    default: "660",
    ours: true,
  }),
  trustedProxies: setting({
    key: "trusted_proxies",
    env: "REVERB_TRUSTED_PROXIES",
    kind: proxyList,
    default: [],
    ours: true,
  }),
  logLevel: setting({
    key: "log_level",
    env: "REVERB_LOG_LEVEL",
    kind: oneOf("debug", "info", "warning", "error"),
    default: "info",
    ours: true,
  }),
  metricsHost: setting({
    key: "metrics.host",
    env: "REVERB_METRICS_HOST",
    kind: hostAddress,
    default: "127.0.0.1",
    ours: true,
  }),
  metricsPort: setting({
    key: "metrics.port",
    env: "REVERB_METRICS_PORT",
    kind: listeningPort,
    default: undefined,
    ours: true,
  }),
  cacheMaxEvents: setting({
    key: "cache_max_events",
    env: "REVERB_CACHE_MAX_EVENTS",
    kind: count,
    default: 10_000,
    ours: true,
  }),
  cacheMaxBytes: setting({
    key: "cache_max_bytes",
    env: "REVERB_CACHE_MAX_BYTES",
    kind: integer(1, Number.MAX_SAFE_INTEGER, "a number of bytes"),
    default: 67_108_864,
    unit: "bytes",
    ours: true,
  }),
  dashboardEnabled: setting({
    key: "dashboard.enabled",
    env: "REVERB_DASHBOARD_ENABLED",
    kind: yesOrNo,
    default: false,
    ours: true,
  }),
};

/**
 * The Redis connection: below `scaling.server` of the server, or in `database.redis.default` of `config/database.php` when a
 * `config/reverb.php` has no `scaling.server`. Variables are those of Laravel's stock files.
 */
export const redisSettings = {
  url: setting({ key: "scaling.server.url", env: "REDIS_URL", kind: secretText, default: undefined }),
  scheme: setting({
    key: "scaling.server.scheme",
    env: "REDIS_SCHEME",
    kind: oneOf("tcp", "tls", "redis", "rediss"),
    default: "tcp",
  }),
  host: setting({ key: "scaling.server.host", env: "REDIS_HOST", kind: plainText, default: "127.0.0.1" }),
  port: setting({ key: "scaling.server.port", env: "REDIS_PORT", kind: redisPort, default: 6379 }),
  username: setting({
    key: "scaling.server.username",
    env: "REDIS_USERNAME",
    kind: plainText,
    default: undefined,
  }),
  password: setting({
    key: "scaling.server.password",
    env: "REDIS_PASSWORD",
    kind: secretText,
    default: undefined,
  }),
  database: setting({
    key: "scaling.server.database",
    env: "REDIS_DB",
    kind: integer(0, 1_000_000, "a database number"),
    default: 0,
  }),
  timeout: setting({
    key: "scaling.server.timeout",
    env: "REDIS_TIMEOUT",
    kind: duration(0, 86_400),
    default: 60,
    unit: "seconds",
  }),
  caFile: setting({
    key: "scaling.server.ssl.cafile",
    env: "REDIS_SSL_CAFILE",
    kind: plainText,
    default: undefined,
    ours: true,
  }),
  verifyPeer: setting({
    key: "scaling.server.ssl.verify_peer",
    env: "REDIS_SSL_VERIFY_PEER",
    kind: yesOrNo,
    default: true,
    ours: true,
  }),
  verifyPeerName: setting({
    key: "scaling.server.ssl.verify_peer_name",
    env: "REDIS_SSL_VERIFY_PEER_NAME",
    kind: yesOrNo,
    default: true,
    ours: true,
  }),
  peerName: setting({
    key: "scaling.server.ssl.peer_name",
    env: "REDIS_SSL_PEER_NAME",
    kind: plainText,
    default: undefined,
    ours: true,
  }),
  certificateFile: setting({
    key: "scaling.server.ssl.local_cert",
    env: "REDIS_SSL_LOCAL_CERT",
    kind: plainText,
    default: undefined,
    ours: true,
  }),
  keyFile: setting({
    key: "scaling.server.ssl.local_pk",
    env: "REDIS_SSL_LOCAL_PK",
    kind: plainText,
    default: undefined,
    ours: true,
  }),
  passphrase: setting({
    key: "scaling.server.ssl.passphrase",
    env: "REDIS_SSL_PASSPHRASE",
    kind: secretText,
    default: undefined,
    ours: true,
  }),
  sentinels: setting({
    key: "scaling.server.sentinels",
    env: "REDIS_SENTINELS",
    kind: addressList(26_379),
    default: [],
    ours: true,
  }),
  service: setting({
    key: "scaling.server.service",
    env: "REDIS_SENTINEL_SERVICE",
    kind: plainText,
    default: "mymaster",
    ours: true,
  }),
  sentinelUsername: setting({
    key: "scaling.server.sentinel_username",
    env: "REDIS_SENTINEL_USERNAME",
    kind: plainText,
    default: undefined,
    ours: true,
  }),
  sentinelPassword: setting({
    key: "scaling.server.sentinel_password",
    env: "REDIS_SENTINEL_PASSWORD",
    kind: secretText,
    default: undefined,
    ours: true,
  }),
  cluster: setting({
    key: "scaling.server.cluster",
    env: "REDIS_CLUSTER_NODES",
    kind: addressList(6_379),
    default: [],
    ours: true,
  }),
};

/** Settings of one application: in an entry of `apps.apps` in `config/reverb.php`, below `[[apps.apps]]` or `[[apps]]` in TOML. */
export const applicationSettings = {
  id: setting({ key: "app_id", env: "REVERB_APP_ID", kind: identifier, default: "", required: true }),
  key: setting({ key: "key", env: "REVERB_APP_KEY", kind: identifier, default: "", required: true }),
  secret: setting({ key: "secret", env: "REVERB_APP_SECRET", kind: secretText, default: "", required: true }),
  allowedOrigins: setting({
    key: "allowed_origins",
    env: "REVERB_APP_ALLOWED_ORIGINS",
    kind: originPatterns,
    default: ["*"],
  }),
  pingInterval: setting({
    key: "ping_interval",
    env: "REVERB_APP_PING_INTERVAL",
    kind: seconds,
    default: 60,
    unit: "seconds",
  }),
  activityTimeout: setting({
    key: "activity_timeout",
    env: "REVERB_APP_ACTIVITY_TIMEOUT",
    kind: seconds,
    default: 30,
    unit: "seconds",
  }),
  maxConnections: setting({
    key: "max_connections",
    env: "REVERB_APP_MAX_CONNECTIONS",
    kind: count,
    default: undefined,
  }),
  maxMessageSize: setting({
    key: "max_message_size",
    env: "REVERB_APP_MAX_MESSAGE_SIZE",
    kind: bytes,
    default: 10_000,
    unit: "bytes",
  }),
  acceptClientEventsFrom: setting({
    key: "accept_client_events_from",
    env: "REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM",
    kind: clientEventSenders,
    default: "members",
    defaultInPhp: "all",
    // Reverb takes client events from nobody when the value is neither "all" nor "members".
    whenEmpty: "none",
  }),
  rateLimitingEnabled: setting({
    key: "rate_limiting.enabled",
    env: "REVERB_APP_RATE_LIMITING_ENABLED",
    kind: yesOrNo,
    default: false,
  }),
  rateLimitingMaxAttempts: setting({
    key: "rate_limiting.max_attempts",
    env: "REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS",
    kind: count,
    default: 60,
  }),
  rateLimitingDecaySeconds: setting({
    key: "rate_limiting.decay_seconds",
    env: "REVERB_APP_RATE_LIMIT_DECAY_SECONDS",
    kind: seconds,
    default: 60,
    unit: "seconds",
  }),
  rateLimitingTerminateOnLimit: setting({
    key: "rate_limiting.terminate_on_limit",
    env: "REVERB_APP_RATE_LIMIT_TERMINATE",
    kind: yesOrNo,
    default: false,
  }),
  maxChannelsPerConnection: setting({
    key: "max_channels_per_connection",
    env: "REVERB_APP_MAX_CHANNELS_PER_CONNECTION",
    kind: count,
    default: 10_000,
    ours: true,
  }),
  maxChannelsPerEvent: setting({
    key: "max_channels_per_event",
    env: "REVERB_APP_MAX_CHANNELS_PER_EVENT",
    kind: count,
    default: 1_000,
    ours: true,
  }),
  maxEventsPerBatch: setting({
    key: "max_events_per_batch",
    env: "REVERB_APP_MAX_EVENTS_PER_BATCH",
    kind: count,
    default: 1_000,
    ours: true,
  }),
  subscriptionCount: setting({
    key: "subscription_count",
    env: "REVERB_APP_SUBSCRIPTION_COUNT",
    kind: yesOrNo,
    default: false,
    ours: true,
  }),
};

/**
 * Where clients go: an entry's `options`, which tell Laravel's own client how to reach the server. The server itself does not read
 * them; `resound doctor` does, to go there as a client would.
 */
export const publicSettings = {
  host: setting({ key: "options.host", env: "REVERB_HOST", kind: publicHostName, default: "" }),
  port: setting({ key: "options.port", env: "REVERB_PORT", kind: remotePort, default: 443 }),
  scheme: setting({
    key: "options.scheme",
    env: "REVERB_SCHEME",
    kind: oneOf("http", "https"),
    default: "https",
  }),
};
