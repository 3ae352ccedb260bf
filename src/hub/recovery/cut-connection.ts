import type { HeldPlaces } from "./held-places.ts";

/** A connection that was cut off and may come back, under its name. */
export class CutConnection {
  readonly name: string;
  readonly origin: string | null;
  /** Its `socket_id`, and those of the connections that it was the return of: an event that left one of them out is not sent to it. */
  readonly socketIds: readonly string[];
  /** For each channel that it was on: everything up to there has arrived. */
  readonly positions: ReadonlyMap<string, number>;
  /** The users that it stood for. */
  readonly users: readonly string[];
  /** Milliseconds until which it may come back. */
  until: number;
  /** Those that cannot be told apart from it, with how many of them have returned. */
  group: ReturnGroup;
  /** Its places on presence channels, as long as they are held. */
  places: HeldPlaces | undefined = undefined;
  /** Whether it has come back. */
  isTaken = false;

  constructor(parts: Pick<CutConnection, "name" | "origin" | "socketIds" | "positions" | "until" | "users">) {
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
