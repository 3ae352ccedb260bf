import { keyPrefix } from "../kinds/redis-kind.ts";
import { setting } from "./setting.ts";
import { duration, integer, plainText, yesOrNo } from "../kinds/value-kind.ts";

/** How the nodes of a cluster work together: `scaling` of the server. Where their Redis is stands in redis-settings.ts. */
export const scalingSettings = {
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
};
