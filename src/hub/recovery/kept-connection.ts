import { isJsonObject } from "../../protocol/json-object.ts";

/** What nodes tell each other of a connection that may come back, under its name. */
export interface KeptConnection {
  readonly origin: string | null;
  readonly socketIds: readonly string[];
  /** The users that it stands for. */
  readonly users: readonly string[];
  /** For each channel: the id in the shared log up to which everything has arrived; an empty text where that is not known. */
  readonly ids: readonly (readonly [channel: string, id: string])[];
  /** Whether it was open when this was written. */
  readonly isOpen: boolean;
}

/** What stands for a connection that has come back already, or whose page has gone. */
export const GONE = "";

/** Writes one as text. */
export function writeKept({ origin, socketIds, users, ids, isOpen }: KeptConnection): string {
  return JSON.stringify({ origin, socketIds, users, ids, isOpen });
}

/** Reads one; `undefined` where the text is none, as one of another program may be. */
export function readKept(text: string): KeptConnection | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // No node has written it: nothing is known of the connection.
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const { origin, socketIds, users, ids, isOpen } = value;
  if (origin !== null && typeof origin !== "string" || typeof isOpen !== "boolean") return undefined;
  if (!isTexts(socketIds) || !isTexts(users) || !Array.isArray(ids)) return undefined;
  const pairs = ids as readonly unknown[];
  if (!pairs.every((each): each is readonly [string, string] => isTexts(each) && each.length === 2)) {
    return undefined;
  }
  return { origin, socketIds, users, ids: pairs, isOpen };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
