import { setting } from "./setting.ts";
import { bytes, count, seconds } from "../kinds/value-kind.ts";

const see = "[Idempotency keys](idempotency.md)";

/** For how long a call's idempotency key is known, and how many there may be: `idempotency` of an application. */
export const idempotencySettings = {
  seconds: setting({
    key: "idempotency.seconds",
    env: "REVERB_APP_IDEMPOTENCY_SECONDS",
    kind: seconds,
    default: 600,
    unit: "seconds",
    ours: true,
    description:
      "how long the answer to a call with an idempotency key is kept, and given to its repetitions",
    see,
  }),
  maxKeys: setting({
    key: "idempotency.max_keys",
    env: "REVERB_APP_IDEMPOTENCY_MAX_KEYS",
    kind: count,
    default: 100_000,
    ours: true,
    description: "idempotency keys that are kept at once; calls with one more are refused (429)",
  }),
  maxBytes: setting({
    key: "idempotency.max_bytes",
    env: "REVERB_APP_IDEMPOTENCY_MAX_BYTES",
    kind: bytes,
    default: 33_554_432,
    unit: "bytes",
    ours: true,
    description: "these keys with their answers together",
  }),
};
