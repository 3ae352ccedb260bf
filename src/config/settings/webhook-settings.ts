import { setting } from "./setting.ts";
import { bytes, duration, integer, yesOrNo } from "../kinds/value-kind.ts";

/** How webhooks are sent: `webhook_options` of the server. Where to is each application's own business. */
export const webhookSettings = {
  webhookHoldSeconds: setting({
    key: "webhook_options.hold_seconds",
    env: "REVERB_WEBHOOK_HOLD_SECONDS",
    kind: duration(0, 60),
    default: 3,
    unit: "seconds",
    ours: true,
  }),
  webhookBatchEvents: setting({
    key: "webhook_options.batch_events",
    env: "REVERB_WEBHOOK_BATCH_EVENTS",
    kind: integer(1, 1_000),
    default: 50,
    ours: true,
  }),
  webhookBatchSeconds: setting({
    key: "webhook_options.batch_seconds",
    env: "REVERB_WEBHOOK_BATCH_SECONDS",
    kind: duration(0, 60),
    default: 0.1,
    unit: "seconds",
    ours: true,
  }),
  webhookTimeout: setting({
    key: "webhook_options.timeout",
    env: "REVERB_WEBHOOK_TIMEOUT",
    kind: duration(0.1, 60),
    default: 5,
    unit: "seconds",
    ours: true,
  }),
  webhookRetrySeconds: setting({
    key: "webhook_options.retry_seconds",
    env: "REVERB_WEBHOOK_RETRY_SECONDS",
    kind: duration(0, 86_400),
    default: 300,
    unit: "seconds",
    ours: true,
  }),
  webhookQueueMaxEvents: setting({
    key: "webhook_options.queue_max_events",
    env: "REVERB_WEBHOOK_QUEUE_MAX_EVENTS",
    kind: integer(1, 1_000_000),
    default: 10_000,
    ours: true,
  }),
  webhookQueueMaxBytes: setting({
    key: "webhook_options.queue_max_bytes",
    env: "REVERB_WEBHOOK_QUEUE_MAX_BYTES",
    kind: bytes,
    default: 16_777_216,
    unit: "bytes",
    ours: true,
  }),
  webhookRefusePrivateAddresses: setting({
    key: "webhook_options.refuse_private_addresses",
    env: "REVERB_WEBHOOK_REFUSE_PRIVATE_ADDRESSES",
    kind: yesOrNo,
    default: false,
    ours: true,
  }),
};
