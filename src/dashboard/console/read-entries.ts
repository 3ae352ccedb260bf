import { isJsonObject, type JsonObject, parseObject } from "../../protocol/json-object.ts";
import { type Entry, ENTRY_KINDS, type EntryBatch } from "../wire.ts";

/** Characters of a message of another node at most. */
const LONGEST = 4_000_000;

/** What the nodes send each other for the consoles of their pages. */
export type ConsoleMessage =
  /** A page of an application is open: the others send what happens, and `most` of what they have kept where it is not 0. */
  | { readonly type: "watch"; readonly application: string; readonly most: number }
  /** What has happened to the application of the topic. */
  | { readonly type: "entries"; readonly batch: EntryBatch };

/** Reads a message; `undefined` when it is none, as one of another version may be. */
export function readConsoleMessage(text: string): ConsoleMessage | undefined {
  const message = text.length > LONGEST ? undefined : parseObject(text);
  if (message === undefined) return undefined;
  const { type, application, most, entries, dropped } = message;
  if (type === "watch" && typeof application === "string" && isCount(most)) {
    return { type, application, most };
  }
  if (type !== "entries" || !Array.isArray(entries) || !isCount(dropped)) return undefined;
  return { type, batch: { entries: entries.flatMap(readEntry), dropped } };
}

const TEXTS = [
  "id",
  "node",
  "connection",
  "except",
  "channel",
  "event",
  "detail",
  "payload",
  "reason",
  "address",
] as const;

function readEntry(value: unknown): Entry[] {
  if (!isJsonObject(value)) return [];
  const { id, kind, at, receivers, payloadLength, isOnlyHere } = value;
  const known = ENTRY_KINDS.find((each) => each === kind);
  if (known === undefined || typeof id !== "string" || typeof at !== "number" || !hasTexts(value)) return [];
  const entry: Record<string, unknown> = { kind: known, at };
  for (const name of TEXTS) entry[name] = value[name];
  if (isCount(receivers)) entry["receivers"] = receivers;
  if (isCount(payloadLength)) entry["payloadLength"] = payloadLength;
  if (isOnlyHere === true) entry["isOnlyHere"] = true;
  return [entry as unknown as Entry];
}

function hasTexts(value: JsonObject): boolean {
  return TEXTS.every((name) => value[name] === undefined || typeof value[name] === "string");
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
