import { APPLICATION_CLASS } from "./php-application.ts";
import { type PhpArray, type PhpData, readPhpSerialized, UnreadablePhp } from "./php-serialized.ts";

const METRIC_CLASS = "Laravel\\Reverb\\Protocols\\Pusher\\PendingMetric";
const TYPE_CLASS = "Laravel\\Reverb\\Protocols\\Pusher\\MetricType";

const CLASSES = { objects: new Set([METRIC_CLASS, APPLICATION_CLASS]), enumerations: new Set([TYPE_CLASS]) };

/** What a PHP node asks of all nodes, to answer a call of the API. */
export interface MetricsQuestion {
  /** Names the question: answers have it as their type. */
  readonly key: string;
  readonly applicationId: string;
  readonly about: "connections" | "channel" | "channels" | "channel_users";
  /** For `channel` and `channel_users`. */
  readonly channel: string;
  /** For `channels`: these alone. */
  readonly channels: readonly string[] | undefined;
  /** For `channels`: only those that begin so. */
  readonly prefix: string;
  /** Attributes of channels. */
  readonly info: ReadonlySet<string>;
}

/** Reads a question as a PHP node has serialized it. Throws an `UnreadablePhp`. */
export function readQuestion(
  serialized: unknown,
  applicationId: (value: PhpData | undefined) => string,
): MetricsQuestion {
  if (typeof serialized !== "string") throw new UnreadablePhp("no question");
  const value = readPhpSerialized(serialized, CLASSES);
  const isObject = typeof value === "object" && value !== null && value.kind === "object";
  if (!isObject || value.class !== METRIC_CLASS) throw new UnreadablePhp("another object than a question");
  const { properties } = value, key = properties.get("key"), options = arrayOf(properties.get("options"));
  if (typeof key !== "string" || key === "") throw new UnreadablePhp("a question without a key");
  const text = (name: string): string => {
    const written = options?.entries.get(name);
    return typeof written === "string" ? written : "";
  };
  const channels = arrayOf(options?.entries.get("channels"));
  return {
    key,
    applicationId: applicationId(properties.get("application")),
    about: aboutOf(properties.get("type")),
    channel: text("channel"),
    channels: channels === undefined || channels.entries.size === 0
      ? undefined
      : [...channels.entries.values()].filter((name) => typeof name === "string"),
    prefix: text("filter"),
    info: new Set(text("info").split(",")),
  };
}

/** An enumeration in newer versions of Reverb, its value as a text in older ones. */
function aboutOf(value: PhpData | undefined): MetricsQuestion["about"] {
  const isCase = typeof value === "object" && value !== null && value.kind === "case";
  const name = isCase ? value.name.toLowerCase() : value;
  switch (name) {
    case "connections":
    case "channel":
    case "channels":
    case "channel_users":
      return name;
    default:
      throw new UnreadablePhp("a question about something else");
  }
}

function arrayOf(value: PhpData | undefined): PhpArray | undefined {
  return typeof value === "object" && value !== null && value.kind === "array" ? value : undefined;
}
