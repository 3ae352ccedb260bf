import { compareIds } from "../cluster/cluster-log.ts";
import { parseObject } from "../../protocol/json-object.ts";

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
  /** Where additions to it are (`ClusterNames.place`), and which channels those are about (`versionOf`); of open ones. */
  readonly place?: string | undefined;
  readonly version?: number | undefined;
}

/** What stands for a connection that has come back already, or whose page has gone. */
export const GONE = "";

/** Writes one as text. */
export function writeKept(
  { origin, socketIds, users, ids, isOpen, place, version }: KeptConnection,
): string {
  return JSON.stringify({ origin, socketIds, users, ids, isOpen, place, version });
}

/** A number that stands for the channels of a connection, in their order (FNV-1a). */
export function versionOf(ids: KeptConnection["ids"]): number {
  let hash = 0x811c9dc5;
  for (const [channel] of ids) {
    for (let index = 0; index < channel.length; index++) {
      hash = Math.imul(hash ^ channel.charCodeAt(index), 0x01000193);
    }
    // A line feed, which no name has.
    hash = Math.imul(hash ^ 10, 0x01000193);
  }
  return hash >>> 0;
}

/** Writes what has arrived since, as an addition. */
export function writeAddition(version: number, ids: KeptConnection["ids"]): string {
  return `${version} ${ids.map(([, id]) => id).join(" ")}`;
}

/** A connection with an addition to what was kept of it: of each channel the later id counts. One about other channels means nothing. */
export function withAddition(kept: KeptConnection, addition: string | undefined): KeptConnection {
  const [version, ...later] = addition?.split(" ") ?? [];
  if (version !== String(kept.version) || later.length !== kept.ids.length) return kept;
  const ids = kept.ids.map(([channel, id], index) => {
    const other = later[index]!;
    return [channel, id === "" || other !== "" && compareIds(id, other) < 0 ? other : id] as const;
  });
  return { ...kept, ids };
}

/** Reads one; `undefined` where the text is none, as one of another program may be. */
export function readKept(text: string): KeptConnection | undefined {
  const value = parseObject(text);
  // No node has written it: nothing is known of the connection.
  if (value === undefined) return undefined;
  const { origin, socketIds, users, ids, isOpen, place, version } = value;
  if (
    place !== undefined && typeof place !== "string" || version !== undefined && typeof version !== "number"
  ) {
    return undefined;
  }
  if (origin !== null && typeof origin !== "string" || typeof isOpen !== "boolean") return undefined;
  if (!isTexts(socketIds) || !isTexts(users) || !Array.isArray(ids)) return undefined;
  const pairs = ids as readonly unknown[];
  if (!pairs.every((each): each is readonly [string, string] => isTexts(each) && each.length === 2)) {
    return undefined;
  }
  return { origin, socketIds, users, ids: pairs, isOpen, place, version };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
