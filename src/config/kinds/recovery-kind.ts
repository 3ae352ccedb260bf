import * as v from "valibot";
import { describeValue, type ValueKind } from "./value-kind.ts";

/** Channels whose last events are sent to a new subscriber, or can be read through the API: one entry of `rewind` or `history`. */
export interface RetentionRule {
  /** Names of channels; `*` stands for any text. */
  readonly channels: readonly string[];
  /** Events of one channel that are kept at most. */
  readonly events: number;
  /** Seconds for which they are kept at most. */
  readonly seconds: number;
}

const KEYS = ["channels", "events", "seconds"] as const;

/** One pattern, or several with commas between them: no channel's name has to have a comma. Null stands for a variable that is not set. */
const patterns = v.pipe(
  v.nullable(
    v.string(({ input }) =>
      `expected a channel's name or a pattern such as private-*, got ${describeValue(input, false)}`
    ),
  ),
  v.transform((written) =>
    (written ?? "").split(",").map((pattern) => pattern.trim()).filter((pattern) => pattern !== "")
  ),
);

const patternList = v.pipe(
  v.unknown(),
  v.transform((written) => typeof written === "string" ? [written] : written),
  v.array(
    patterns,
    ({ input }) => `expected a list of channels' names or patterns, got ${describeValue(input, false)}`,
  ),
  v.transform((items) => items.flat()),
);

/** Names of channels, in which `*` stands for any text: a list, or one text with commas between them. */
export const channelPatterns: ValueKind<readonly string[]> = {
  expects: "a list of channels' names or patterns such as private-*",
  schema: patternList,
  secret: false,
  isDetailed: true,
};

function wholeNumber(minimum: number, maximum: number, byDefault: number): v.GenericSchema<unknown, number> {
  const message = ({ input }: v.BaseIssue<unknown>): string =>
    `expected a whole number from ${minimum} to ${maximum}, got ${describeValue(input, false)}`;
  return v.pipe(
    v.unknown(),
    v.transform((written) =>
      typeof written === "string" && /^\d+$/.test(written) ? Number(written) : written
    ),
    v.nullish(v.number(message), byDefault),
    v.safeInteger(message),
    v.minValue(minimum, message),
    v.maxValue(maximum, message),
  );
}

const rule = v.pipe(
  v.record(
    v.picklist(
      KEYS,
      ({ input }) => `expected ${KEYS.join(", ")}, got ${describeValue(input, false)}`,
    ),
    v.unknown(),
    ({ input }) => `expected a table with channels, events and seconds, got ${describeValue(input, false)}`,
  ),
  v.object(
    {
      channels: v.pipe(patternList, v.minLength(1, "expected at least one channel or pattern, got none")),
      events: v.optional(wholeNumber(1, 100_000, 100), 100),
      seconds: v.optional(wholeNumber(1, 86_400, 120), 120),
    },
    ({ input }) =>
      `expected channels: the names or patterns that the entry is for, got ${describeValue(input, false)}`,
  ),
);

/** The entries in a text such as `news:10:60,ai-*`: channels, events and seconds of each, of which the last two may be left out. */
function entriesOf(written: string): unknown[] {
  return written.split(",").map((entry) => entry.trim()).filter((entry) => entry !== "").map((entry) => {
    const [channels, events, seconds, ...rest] = entry.split(":");
    return rest.length > 0 ? entry : { channels, events, seconds };
  });
}

/** Which channels keep how many of their last events for how long: a list of tables, the first one that fits a channel counts. */
export const retentionRules: ValueKind<readonly RetentionRule[]> = {
  expects: "a list of tables with channels, events and seconds",
  schema: v.pipe(
    v.unknown(),
    v.transform((written) => typeof written === "string" ? entriesOf(written) : written),
    v.array(
      rule,
      ({ input }) =>
        `expected a list of tables with channels, events and seconds, got ${describeValue(input, false)}`,
    ),
    v.maxLength(100, "expected at most 100 entries"),
  ),
  secret: false,
  isDetailed: true,
  shown: (rules) =>
    rules.map(({ channels, events, seconds }) => `${channels.join(",")} (${events} events, ${seconds} s)`),
};
