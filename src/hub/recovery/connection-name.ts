/** What the name of a connection tells: made when the handshake was answered, worth nothing by itself. */
export interface ConnectionName {
  /** The whole text: the name of a cookie, or the value of `?resume=`. */
  readonly text: string;
  /** Stands for the application. */
  readonly tag: string;
  /** Seconds since 1970 of its handshake. */
  readonly madeAt: number;
}

const PATTERN = /^resound-([0-9a-f]{8})-([0-9a-z]{1,8})-[\w-]{16}$/;

/** Characters of a `Cookie` header that are read. */
const MAX_JAR = 32_768;

/** A name for a new connection. `random` is 16 characters of base64url; `now` in seconds since 1970. */
export function makeConnectionName(tag: string, now: number, random: string): string {
  return `resound-${tag}-${Math.floor(now).toString(36)}-${random}`;
}

/** Reads a name; `undefined` for any other text. */
export function readConnectionName(text: string): ConnectionName | undefined {
  const [, tag, time] = PATTERN.exec(text) ?? [];
  if (tag === undefined || time === undefined) return undefined;
  return { text, tag, madeAt: Number.parseInt(time, 36) };
}

/** Names of one jar that a handshake can mean. A jar keeps fewer; each costs work, and clients can send what they like. */
const MAX_NAMED = 32;

/** The newest names, at most {@link MAX_NAMED}. */
export function newestNames(names: readonly ConnectionName[]): readonly ConnectionName[] {
  if (names.length <= MAX_NAMED) return names;
  return [...names].sort((left, right) => right.madeAt - left.madeAt).slice(0, MAX_NAMED);
}

/** The names of one application's connections in a `Cookie` header. Each stands there once. */
export function namesInJar(header: string | null, tag: string): readonly ConnectionName[] {
  if (header === null || !header.includes("resound-")) return [];
  const names = new Map<string, ConnectionName>();
  for (const part of header.slice(0, MAX_JAR).split(";")) {
    const end = part.indexOf("=");
    const name = end === -1 ? undefined : readConnectionName(part.slice(0, end).trim());
    if (name?.tag === tag) names.set(name.text, name);
  }
  return [...names.values()];
}

/** Names that one handshake deletes at most: nginx answers 502 when the answer has too many headers. */
const MAX_DELETED = 16;
/** Names that a jar keeps at most. */
const MAX_KEPT = 16;
/** Seconds for which an unknown name is young, and stays: another server may not have heard of it yet. */
export const YOUNG = 60;

/**
 * What a name is good for: no server can know it; its connection has ended for good; this server does not know it; its client may come
 * back by it.
 */
export type NameWorth = "forgotten" | "ended" | "unknown" | "claimable";

/** Which names leave a jar first that is too full. */
const RANK: Readonly<Record<NameWorth, number>> = { ended: 0, forgotten: 1, unknown: 1, claimable: 2 };

/** The oldest names that may be forgotten, at most as many as are deleted: those that this server does not know, and are not young. */
export function namesToLookUp(
  jar: readonly ConnectionName[],
  now: number,
  isKnown: (name: string) => boolean,
): readonly string[] {
  const old = jar.filter(({ text, madeAt }) => now - madeAt > YOUNG && !isKnown(text));
  return old.sort((left, right) => left.madeAt - right.madeAt).slice(0, MAX_DELETED).map(({ text }) => text);
}

/**
 * Which names the answer to a handshake deletes: those that no server knows any more, and beyond {@link MAX_KEPT} the oldest, but those
 * last by which a client may come back: a tab that is open for long has an old one. `now` in seconds since 1970.
 */
export function namesToDelete(
  jar: readonly ConnectionName[],
  now: number,
  worthOf: (name: string) => NameWorth,
): readonly string[] {
  const byAge = [...jar].sort((left, right) => left.madeAt - right.madeAt);
  const deleted = byAge.filter(({ text, madeAt }) => now - madeAt > YOUNG && worthOf(text) === "forgotten")
    .slice(0, MAX_DELETED).map(({ text }) => text);
  if (jar.length - deleted.length + 1 <= MAX_KEPT) return deleted;
  const byWorth = byAge.map(({ text }) => ({ text, rank: RANK[worthOf(text)] }))
    .sort((left, right) => left.rank - right.rank);
  for (const { text } of byWorth) {
    // The answer adds one.
    if (jar.length - deleted.length + 1 <= MAX_KEPT || deleted.length >= MAX_DELETED) break;
    if (!deleted.includes(text)) deleted.push(text);
  }
  return deleted;
}

/** How a new connection is named, and which it may be the return of. */
export interface Naming {
  readonly name: string;
  /** Names that the handshake brought, of connections of this application. */
  readonly named: readonly string[];
  /** Names that the answer takes out of the client's jar. */
  readonly deleted: readonly string[];
}
