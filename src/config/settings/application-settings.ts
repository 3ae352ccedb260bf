import { originPatterns, publicHostName } from "../kinds/address-kind.ts";
import { setting } from "./setting.ts";
import {
  bytes,
  clientEventSenders,
  count,
  identifier,
  oneOf,
  remotePort,
  seconds,
  secretText,
  yesOrNo,
} from "../kinds/value-kind.ts";
import { PUSHER_WEBHOOK_EVENTS } from "../kinds/webhook-event-name.ts";
import { webhookEvents, webhookTargets } from "../kinds/webhook-kind.ts";

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
  webhooks: setting({
    key: "webhooks",
    env: "REVERB_WEBHOOK_URL",
    kind: webhookTargets,
    default: [],
    ours: true,
  }),
  webhookEvents: setting({
    key: "webhook_events",
    env: "REVERB_WEBHOOK_EVENTS",
    kind: webhookEvents,
    default: PUSHER_WEBHOOK_EVENTS,
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
