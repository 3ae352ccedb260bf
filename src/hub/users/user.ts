import { type Hold, Presence, type PresenceListener } from "../channels/presence.ts";
import { Latch } from "../channels/latch.ts";
import type { Connection } from "../connections/connection.ts";
import type { MemberData } from "../../protocol/member-data.ts";

/** A user that is signed in on this node, or that a connection of this node watches. */
export class User {
  readonly id: string;
  /** Has the user as its one member while it is signed in on any node. */
  readonly presence: Presence;
  /** Connections of this node on which the user is signed in. */
  readonly connections = new Set<Connection>();
  /** Connections of this node that have the user on their watchlist. */
  watchers = 0;
  /** Opens once `isOnline` holds for the whole cluster. */
  readonly known = new Latch();
  /** Opens once the user's own events reach this node. Replaced each time the user signs in on this node anew. */
  reachable = new Latch();
  /** The hold of this node while the user is signed in here. */
  hold: Hold | undefined = undefined;

  constructor(id: string, listener: PresenceListener) {
    this.id = id;
    this.presence = new Presence(listener);
  }

  get isOnline(): boolean {
    return this.presence.roster.has(this.id);
  }

  /** The user as a member of its own presence. */
  memberData(): MemberData {
    const userIdJson = JSON.stringify(this.id);
    return { userId: this.id, userIdJson, userInfoJson: "null", json: `{"user_id":${userIdJson}}` };
  }
}
