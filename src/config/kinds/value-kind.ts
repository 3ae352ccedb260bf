import * as v from "valibot";

/** What a setting accepts: the check that turns a written value into its final form, and the words for errors about it. */
export interface ValueKind<T> {
  /** Completes "expected …". */
  readonly expects: string;
  readonly schema: v.GenericSchema<unknown, T>;
  /** The only values, where they are a few words. */
  readonly words?: readonly string[];
  /** Values never appear in messages. */
  readonly secret: boolean;
  /** The schema's own messages are complete, "expected …, got …", and each is about one part of the value. */
  readonly isDetailed?: true;
  /** What may be shown of a value, where only parts of it are secret. */
  shown?(value: T): unknown;
}

const digits = v.pipe(v.string(), v.trim(), v.regex(/^[+-]?\d+$/), v.transform(Number));
const decimal = v.pipe(v.string(), v.trim(), v.regex(/^[+-]?\d+(?:\.\d+)?$/), v.transform(Number));

/** Environment variables are texts, so `"8080"` is as good as `8080`. */
function wholeNumber(minimum: number, maximum: number): v.GenericSchema<unknown, number> {
  return v.pipe(
    v.union([v.number(), digits]),
    v.safeInteger(),
    v.minValue(minimum),
    v.maxValue(maximum),
  );
}

/** Control characters can end a log line, a header or a Redis command early. */
// deno-lint-ignore no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f]/;

/** PHP arrays and TOML may have a number where a text is meant: `'app_id' => 123456`. */
const text = v.pipe(
  v.union([v.string(), v.pipe(v.number(), v.transform(String))]),
  v.check((value) => !control.test(value)),
);

/** A whole number within bounds. */
export function integer(
  minimum: number,
  maximum: number,
  unit: string = "a whole number",
): ValueKind<number> {
  return {
    expects: `${unit} from ${minimum} to ${maximum}`,
    schema: wholeNumber(minimum, maximum),
    secret: false,
  };
}

/** A size in bytes, at most 1 GiB: a larger one is a slip, on which the runtime's buffers would fail much later. */
export const bytes = integer(1, 1_073_741_824, "a number of bytes");

/** A span of time in whole seconds, up to a day. */
export const seconds = integer(1, 86_400, "a whole number of seconds");

/** How many there may be of something. */
export const count = integer(1, 1_000_000_000);

/** A span of time in seconds, fractions allowed. */
export function duration(minimum: number, maximum: number): ValueKind<number> {
  return {
    expects: `a number of seconds from ${minimum} to ${maximum}`,
    schema: v.pipe(v.union([v.number(), decimal]), v.minValue(minimum), v.maxValue(maximum)),
    secret: false,
  };
}

/** A span of time as of {@link duration}; `auto` leaves it to the server. */
export function durationOrAuto(minimum: number, maximum: number): ValueKind<number | "auto"> {
  const { expects, schema } = duration(minimum, maximum);
  return { expects: `auto or ${expects}`, schema: v.union([v.literal("auto"), schema]), secret: false };
}

/** A TCP port to listen on. */
export const listeningPort: ValueKind<number> = {
  expects: "a port from 1 to 65535 (or 0 for any free one)",
  schema: wholeNumber(0, 65535),
  secret: false,
};

/** A TCP port to connect to. */
export const remotePort: ValueKind<number> = {
  expects: "a port from 1 to 65535",
  schema: wholeNumber(1, 65535),
  secret: false,
};

/** Yes or no, in the words that environment files use for them. */
export const yesOrNo: ValueKind<boolean> = {
  expects: "true or false",
  schema: v.union([
    v.boolean(),
    v.pipe(v.literal(1), v.transform(() => true)),
    v.pipe(v.literal(0), v.transform(() => false)),
    v.pipe(
      v.string(),
      v.trim(),
      v.toLowerCase(),
      v.picklist(["true", "false", "1", "0", "yes", "no", "on", "off"]),
      v.transform((word) => ["true", "1", "yes", "on"].includes(word)),
    ),
  ]),
  secret: false,
};

/** Whether to do something; `auto` leaves it to the server to find out. */
export const yesNoOrAuto: ValueKind<boolean | "auto"> = {
  expects: "auto, true or false",
  schema: v.union([v.literal("auto"), yesOrNo.schema]),
  secret: false,
};

/** How many processes to run; `auto` for one a processor. */
export const processCount: ValueKind<number | "auto"> = {
  expects: "auto or a whole number from 1 to 256",
  schema: v.union([v.literal("auto"), integer(1, 256).schema]),
  secret: false,
};

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly [T, ...T[]]): ValueKind<T> {
  return { expects: `one of ${words.join(", ")}`, schema: v.picklist(words), words, secret: false };
}

/** Which clients may send client events; `false` is another way to write `none`, as for Reverb. */
export const clientEventSenders: ValueKind<"all" | "members" | "none"> = {
  expects: "one of all, members, none",
  schema: v.union([
    v.picklist(["all", "members", "none"]),
    v.pipe(v.literal(false), v.transform(() => "none" as const)),
  ]),
  secret: false,
};

/** How to compress; `false` is another way to write `off`. */
export const compressionMode: ValueKind<"off" | "shared" | "dedicated"> = {
  expects: "one of off, shared, dedicated",
  schema: v.union([
    v.picklist(["off", "shared", "dedicated"]),
    v.pipe(v.literal(false), v.transform(() => "off" as const)),
  ]),
  secret: false,
};

/** Any text without control characters. */
export const plainText: ValueKind<string> = {
  expects: "a text without control characters",
  schema: text,
  secret: false,
};

/** A text that must never be shown. */
export const secretText: ValueKind<string> = { ...plainText, secret: true };

/** A text that stands in URLs: `/apps/{id}`, `/app/{key}`. */
export const identifier: ValueKind<string> = {
  expects: "a text without spaces, slashes, `?`, `#` and control characters",
  schema: v.pipe(text, v.regex(/^[^\s/\\?#]+$/u)),
  secret: false,
};

/** Completes "got …" in a message. Of a secret only the length is shown; texts are quoted so that control characters show. */
export function describeValue(value: unknown, secret: boolean): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "object") return "a table";
  if (typeof value === "function") return "something that is no text, number or list";
  if (secret) return typeof value === "string" ? `a text of ${value.length} characters` : `a ${typeof value}`;
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
