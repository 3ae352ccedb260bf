import type { HeldPlaces } from "./held-places.ts";
import type { SavedEntry } from "./recovery-state.ts";

/** What a {@link CutConnection} is made of. */
export interface CutParts
  extends Pick<CutConnection, "name" | "origin" | "socketIds" | "positions" | "until" | "users" | "before"> {
  readonly isSettledAt?: number;
  readonly isUnsure?: boolean;
  readonly ids?: ReadonlyMap<string, string>;
}

/** A connection that was cut off and may come back, under its name. */
export class CutConnection {
  readonly name: string;
  readonly origin: string | null;
  /** Its `socket_id`, and those of the connections that it was the return of: an event that left one of them out is not sent to it. */
  readonly socketIds: readonly string[];
  /** For each channel that it was on: everything up to there has arrived. */
  readonly positions: ReadonlyMap<string, number>;
  /** The same by the log that all nodes share, where it is known: a position is -1 where only this says it. */
  readonly ids: ReadonlyMap<string, string>;
  /** The users that it stood for. */
  readonly users: readonly string[];
  /** For channels on which another node was sent events: those that it has missed there, before those in the log here. */
  readonly before: ReadonlyMap<string, readonly SavedEntry[]>;
  /** Milliseconds from which on nothing of what it has missed is on its way from another node any more; 0 where it was cut here. */
  readonly isSettledAt: number;
  /** Whether it may have been on channels that are not known. */
  readonly isUnsure: boolean;
  /** Milliseconds until which it may come back. */
  until: number;
  /** Those that cannot be told apart from it, with how many of them have returned. */
  group: ReturnGroup;
  /** Its places on presence channels, as long as they are held. */
  places: HeldPlaces | undefined = undefined;
  /** Whether it has come back. */
  isTaken = false;

  constructor(parts: CutParts) {
    this.isSettledAt = parts.isSettledAt ?? 0;
    this.isUnsure = parts.isUnsure ?? false;
    this.before = parts.before;
    this.ids = parts.ids ?? new Map();
    this.users = parts.users;
    this.name = parts.name;
    this.origin = parts.origin;
    this.socketIds = parts.socketIds;
    this.positions = parts.positions;
    this.until = parts.until;
    this.group = { members: [this], returned: 0 };
  }

  /** What it takes in memory, about. */
  get bytes(): number {
    let bytes = 400;
    for (const channel of this.positions.keys()) bytes += 60 + channel.length;
    for (const entries of this.before.values()) {
      for (const [, frame] of entries) bytes += 120 + 2 * frame.length;
    }
    bytes += 60 * this.ids.size;
    return bytes;
  }
}

/** Cut connections of tabs with one jar: a handshake names all of them, so that it cannot be seen which one has come back. */
export interface ReturnGroup {
  readonly members: readonly CutConnection[];
  readonly returned: number;
}

/**
 * One of these has come back. Where it could have been any of several, all can be claimed until as many have returned. The answer are
 * those that cannot be claimed any more.
 */
export function oneReturned(candidates: readonly CutConnection[]): readonly CutConnection[] {
  const groups = new Set(candidates.filter(({ isTaken }) => !isTaken).map(({ group }) => group));
  if (groups.size === 0) return [];
  let returned = 1;
  const members: CutConnection[] = [];
  for (const group of groups) {
    returned += group.returned;
    for (const member of group.members) if (!member.isTaken) members.push(member);
  }
  if (returned >= members.length) {
    for (const member of members) member.isTaken = true;
    return members;
  }
  const group = { members, returned };
  for (const member of members) member.group = group;
  return [];
}

/** Whether a connection was cut, and a new one of that origin may be its return. */
export function mayClaim(
  one: CutConnection | object | undefined,
  origin: string | null,
): one is CutConnection {
  return one instanceof CutConnection && !one.isTaken && one.origin === origin;
}
