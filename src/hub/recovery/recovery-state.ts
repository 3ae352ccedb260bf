import { isJsonObject } from "../../protocol/json-object.ts";

/** What one process leaves to the next: the logs of an application's channels, and the connections that may come back to them. */
export interface RecoveryState {
  /** Milliseconds since 1970 by which positions are told apart from those of other processes. */
  readonly epoch: number;
  /** The number that was given last. */
  readonly last: number;
  readonly logs: readonly SavedLog[];
  readonly cut: readonly SavedCut[];
}

/** The log of one channel. */
export interface SavedLog {
  readonly channel: string;
  /** Nothing up to this position can be sent again. */
  readonly lost: number;
  readonly entries: readonly SavedEntry[];
}

/** An event: position, frame, the `socket_id` that was left out, milliseconds since 1970. */
export type SavedEntry = readonly [position: number, frame: string, except: string | null, time: number];

/** A connection that may come back. */
export interface SavedCut {
  readonly name: string;
  readonly origin: string | null;
  readonly socketIds: readonly string[];
  readonly users: readonly string[];
  readonly positions: readonly (readonly [channel: string, position: number])[];
  /** Milliseconds since 1970 until which it may. */
  readonly until: number;
}

/** Reads what {@link RecoveryState} wrote as JSON; `undefined` where it is damaged. */
export function readRecoveryState(value: unknown): RecoveryState | undefined {
  if (!isJsonObject(value) || !isNumber(value["epoch"]) || !isNumber(value["last"])) return undefined;
  const { epoch, last, logs, cut } = value;
  if (!isListOf(logs, isLog) || !isListOf(cut, isCut)) return undefined;
  return { epoch, last, logs, cut };
}

function isLog(value: unknown): value is SavedLog {
  return isJsonObject(value) && typeof value["channel"] === "string" && isNumber(value["lost"]) &&
    isListOf(value["entries"], isEntry);
}

/** Whether a value is an event as it is saved. */
export function isEntry(value: unknown): value is SavedEntry {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [position, frame, except, time] = value as readonly unknown[];
  return isNumber(position) && typeof frame === "string" && isTextOrNull(except) && isNumber(time);
}

/** Whether a value is a connection as it is saved. */
export function isCut(value: unknown): value is SavedCut {
  return isJsonObject(value) && typeof value["name"] === "string" && isTextOrNull(value["origin"]) &&
    isListOf(value["socketIds"], isText) && isListOf(value["users"], isText) && isNumber(value["until"]) &&
    isListOf(value["positions"], isPosition);
}

function isPosition(value: unknown): value is readonly [string, number] {
  return Array.isArray(value) && value.length === 2 && isText(value[0]) && isNumber(value[1]);
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isListOf<T>(value: unknown, isOne: (each: unknown) => each is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne);
}
