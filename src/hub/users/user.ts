import { type Hold, Presence, type PresenceListener } from "../channels/presence.ts";
import { Latch } from "../cluster/latch.ts";
import type { Connection } from "../connections/connection.ts";
import type { MemberData } from "../../protocol/member-data.ts";

/** A user that is signed in on this node, or watched by somebody here. */
export class User {
  readonly id: string;
  /** Has this one member while the user is signed in on any node. */
  readonly presence: Presence;
  /** Connections of this node on which the user is signed in. */
  readonly connections = new Set<Connection>();
  /** Connections of this node that have the user on their watchlist. */
  watchers = 0;
  /** Opens once `isOnline` is right for the whole cluster. */
  readonly known = new Latch();
  /** Opens once the user's own events reach this node; a new one for each stay. */
  reachable = new Latch();
  /** The user's stay on this node. */
  hold: Hold | undefined = undefined;

  constructor(id: string, listener: PresenceListener) {
    this.id = id;
    this.presence = new Presence(listener);
  }

  get isOnline(): boolean {
    return this.presence.roster.has(this.id);
  }

  /** What stands for the user in its own presence. */
  memberData(): MemberData {
    const userIdJson = JSON.stringify(this.id);
    return { userId: this.id, userIdJson, userInfoJson: "null", json: `{"user_id":${userIdJson}}` };
  }
}
