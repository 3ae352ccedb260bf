import { compressionMode } from "../kinds/compression-kind.ts";
import { hostAddress, publicHostName, routePrefix } from "../kinds/address-kind.ts";
import { fileMode, proxyList } from "../kinds/proxy-kind.ts";
import { processCount, yesNoOrAuto } from "../kinds/auto-kind.ts";
import { scalingSettings } from "./scaling-settings.ts";
import { setting } from "./setting.ts";
import {
  bytes,
  count,
  duration,
  integer,
  listeningPort,
  oneOf,
  seconds,
  yesOrNo,
} from "../kinds/value-kind.ts";
import { webhookSettings } from "./webhook-settings.ts";

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
  ...scalingSettings,
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
  compression: setting({
    key: "compression",
    env: "REVERB_COMPRESSION",
    kind: compressionMode,
    default: "off",
    ours: true,
  }),
  reusePort: setting({
    key: "reuse_port",
    env: "REVERB_REUSE_PORT",
    kind: yesOrNo,
    default: false,
    ours: true,
  }),
  workers: setting({
    key: "workers",
    env: "REVERB_WORKERS",
    kind: processCount,
    default: 1,
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
  logFormat: setting({
    key: "log_format",
    env: "REVERB_LOG_FORMAT",
    kind: oneOf("text", "json"),
    default: "text",
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
  ...webhookSettings,
};
