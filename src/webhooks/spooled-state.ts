import type { DepartureMark } from "../hub/cluster/departure-mark.ts";
import type { Batch, UnsentEvents, WaitingEvent } from "./batch.ts";
import type { EventOrigin } from "./event-origin.ts";
import type { Departure } from "./held-departures.ts";

/** What the webhooks of one application leave to the next server, or to another node. */
export interface SpooledApplication {
  /** The id of the application. */
  readonly id: string;
  readonly departures: readonly Departure[];
  readonly queues: readonly SpooledQueue[];
}

/** The unsent events for one receiver. */
export interface SpooledQueue extends UnsentEvents {
  /** The receiver's id. */
  readonly target: string;
}

/** The version of this format; texts of another version are not read. */
const VERSION = 1;

/** Encodes what is left, as JSON. The text holds what clients have sent, but no secret of an application. */
export function encodeSpool(applications: readonly SpooledApplication[]): string {
  return `${JSON.stringify({ version: VERSION, applications })}\n`;
}

/** Decodes a text of `encodeSpool`; `undefined` when it is damaged or not such a text. */
export function decodeSpool(text: string): readonly SpooledApplication[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The text is cut off, or another program wrote it.
    return undefined;
  }
  if (!isRecord(value) || value["version"] !== VERSION || !isListOf(value["applications"], isApplication)) {
    return undefined;
  }
  return value["applications"];
}

function isApplication(value: unknown): value is SpooledApplication {
  return isRecord(value) && isText(value["id"]) && isListOf(value["departures"], isDeparture) &&
    isListOf(value["queues"], isTarget);
}

function isDeparture(value: unknown): value is Departure {
  if (!isRecord(value) || !isText(value["channel"])) return false;
  return isOptional(value["userId"], isText) && isOptional(value["mark"], isMark) &&
    isOptional(value["origin"], isOrigin);
}

function isMark(value: unknown): value is DepartureMark {
  return isRecord(value) && isText(value["topic"]) && isText(value["subject"]) && isText(value["token"]);
}

function isTarget(value: unknown): value is SpooledQueue {
  return isRecord(value) && isText(value["target"]) && isListOf(value["batches"], isBatch) &&
    isListOf(value["waiting"], isWaiting);
}

function isBatch(value: unknown): value is Batch {
  return isRecord(value) && isText(value["id"]) && isText(value["body"]) && isListOf(value["keys"], isText) &&
    isAmount(value["events"]) && isAmount(value["bytes"]) && isAmount(value["expiresAt"]);
}

function isWaiting(value: unknown): value is WaitingEvent {
  return isRecord(value) && isText(value["key"]) && isText(value["json"]) && isAmount(value["bytes"]) &&
    isAmount(value["at"]) && isOptional(value["origin"], isOrigin);
}

function isOrigin(value: unknown): value is EventOrigin {
  return isRecord(value) && typeof value["isSigned"] === "boolean" && isText(value["address"]) &&
    isText(value["connection"]);
}

function isOptional<T>(value: unknown, isOne: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || isOne(value);
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
