import { isJsonObject, type JsonObject } from "../../protocol/json-object.ts";
import { APPLICATION_CLASS, applicationId, readApplicationId } from "./php-application.ts";
import { type PhpArray, type PhpData, readPhpSerialized, UnreadablePhp } from "./php-serialized.ts";

const METRIC_CLASS = "Laravel\\Reverb\\Protocols\\Pusher\\PendingMetric";
const TYPE_CLASS = "Laravel\\Reverb\\Protocols\\Pusher\\MetricType";

const CLASSES = { objects: new Set([METRIC_CLASS, APPLICATION_CLASS]), enumerations: new Set([TYPE_CLASS]) };

/** What a question may be about. */
const SUBJECTS = ["connections", "channel", "channels", "channel_users"] as const;

/** What a PHP node asks of all nodes, to answer a call of the API. */
export interface MetricsQuestion {
  /** Names the question. */
  readonly key: string;
  /** The application as it was serialized, which answers to Reverb before 1.7 have to repeat; `undefined` for later versions. */
  readonly repeated: string | undefined;
  readonly applicationId: string;
  readonly about: typeof SUBJECTS[number];
  /** For `channel` and `channel_users`. */
  readonly channel: string;
  /** For `channels`: these alone. */
  readonly channels: readonly string[] | undefined;
  /** For `channels`: only those that begin so. */
  readonly prefix: string;
  /** Attributes of channels. */
  readonly info: ReadonlySet<string>;
}

/** Reads a question of a PHP node: one object of PHP's, or fields of their own before Reverb 1.7. Throws an `UnreadablePhp`. */
export function readQuestion(message: JsonObject): MetricsQuestion {
  const { payload, key, application } = message;
  if (typeof payload === "string") return serializedQuestion(payload);
  if (!isJsonObject(payload) || typeof key !== "string" || key === "") throw new UnreadablePhp("no question");
  const options = isJsonObject(payload["options"]) ? payload["options"] : {};
  const id = readApplicationId(application), channels = options["channels"];
  return {
    key,
    repeated: String(application),
    applicationId: id,
    ...asked(
      payload["type"],
      (name) => options[name],
      Array.isArray(channels) ? channels as readonly unknown[] : undefined,
    ),
  };
}

function serializedQuestion(serialized: string): MetricsQuestion {
  const value = readPhpSerialized(serialized, CLASSES);
  const isObject = typeof value === "object" && value !== null && value.kind === "object";
  if (!isObject || value.class !== METRIC_CLASS) throw new UnreadablePhp("another object than a question");
  const { properties } = value, key = properties.get("key"), options = arrayOf(properties.get("options"));
  if (typeof key !== "string" || key === "") throw new UnreadablePhp("a question without a key");
  const channels = arrayOf(options?.entries.get("channels"));
  const type = properties.get("type"),
    isCase = typeof type === "object" && type !== null && type.kind === "case";
  return {
    key,
    repeated: undefined,
    applicationId: applicationId(properties.get("application")),
    ...asked(
      isCase ? type.name.toLowerCase() : type,
      (name) => options?.entries.get(name),
      channels === undefined ? undefined : [...channels.entries.values()],
    ),
  };
}

/** What is asked, from the options of a question. */
function asked(
  about: unknown,
  option: (name: string) => unknown,
  channels: readonly unknown[] | undefined,
): Pick<MetricsQuestion, "about" | "channel" | "channels" | "prefix" | "info"> {
  const text = (name: string): string => {
    const written = option(name);
    return typeof written === "string" ? written : "";
  };
  const subject = SUBJECTS.find((each) => each === about);
  if (subject === undefined) throw new UnreadablePhp("a question about something else");
  return {
    about: subject,
    channel: text("channel"),
    channels: channels === undefined || channels.length === 0
      ? undefined
      : channels.filter((name) => typeof name === "string"),
    prefix: text("filter"),
    info: new Set(text("info").split(",")),
  };
}

function arrayOf(value: PhpData | undefined): PhpArray | undefined {
  return typeof value === "object" && value !== null && value.kind === "array" ? value : undefined;
}
