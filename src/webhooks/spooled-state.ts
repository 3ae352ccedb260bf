import type { Batch, QueueRemains, WaitingEvent } from "./batch.ts";
import type { Departure } from "./held-departures.ts";

/** What one application's webhooks leave for the node or run that goes on with them. */
export interface ApplicationRemains {
  /** Of the application. */
  readonly id: string;
  readonly departures: readonly Departure[];
  readonly queues: readonly TargetRemains[];
}

/** What waits for one target; a name that shows nothing of its URL. */
export interface TargetRemains extends QueueRemains {
  readonly target: string;
}

/** The version of the form; a text of another version is not read. */
const VERSION = 1;

/** Writes down what is left. Holds what clients have sent, but no secret of the application. */
export function encodeRemains(applications: readonly ApplicationRemains[]): string {
  return `${JSON.stringify({ version: VERSION, applications })}\n`;
}

/** Reads what `encodeRemains` has written; `undefined` when it is anything else, or damaged. */
export function decodeRemains(text: string): readonly ApplicationRemains[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Cut off, or never ours.
    return undefined;
  }
  if (!isRecord(value) || value["version"] !== VERSION || !isListOf(value["applications"], isApplication)) {
    return undefined;
  }
  return value["applications"];
}

function isApplication(value: unknown): value is ApplicationRemains {
  return isRecord(value) && isText(value["id"]) && isListOf(value["departures"], isDeparture) &&
    isListOf(value["queues"], isTarget);
}

function isDeparture(value: unknown): value is Departure {
  if (!isRecord(value) || !isText(value["channel"])) return false;
  const { userId, mark } = value;
  return (userId === undefined || isText(userId)) &&
    (mark === undefined ||
      isRecord(mark) && isText(mark["topic"]) && isText(mark["subject"]) && isText(mark["token"]));
}

function isTarget(value: unknown): value is TargetRemains {
  return isRecord(value) && isText(value["target"]) && isListOf(value["batches"], isBatch) &&
    isListOf(value["waiting"], isWaiting);
}

function isBatch(value: unknown): value is Batch {
  return isRecord(value) && isText(value["id"]) && isText(value["body"]) && isListOf(value["keys"], isText) &&
    isAmount(value["events"]) && isAmount(value["bytes"]) && isAmount(value["expiresAt"]);
}

function isWaiting(value: unknown): value is WaitingEvent {
  return isRecord(value) && isText(value["key"]) && isText(value["json"]) && isAmount(value["bytes"]) &&
    isAmount(value["at"]);
}

function isListOf<T>(value: unknown, isOne: (each: unknown) => each is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
