import type { Hold, Presence, PresenceKeeper } from "../../hub/channels/presence.ts";
import { userSubject } from "../../hub/cluster/departure-mark.ts";
import { parseMemberData } from "../../protocol/member-data.ts";
import type { Known } from "../calls.ts";
import type { OwnerLink } from "./owner-link.ts";

/** What one topic's presence needs of the rest of the node. */
export interface BridgePresenceParts {
  readonly topic: string;
  readonly presence: Presence;
  readonly link: OwnerLink;
  /** Names a departure. */
  readonly newToken: () => string;
  /** Whether the others may have taken this node for dead before, and reported that its users were removed. */
  readonly isReturn: boolean;
}

/**
 * Keeps one topic's presence the same on all nodes. The owner hears which users this node holds; the roster follows what the owner
 * says, which comes in one order to all nodes, and before the answer to the call that made the change.
 */
export class BridgePresence implements PresenceKeeper {
  /** Whether the owner decides: not any more once the link to it is lost. */
  decides = true;
  readonly #parts: BridgePresenceParts;
  /** What this node had when it began to listen. */
  readonly #first: readonly Hold[];
  readonly #departedAlone = new Set<string>();
  #isKnown = false;

  constructor(parts: BridgePresenceParts) {
    this.#parts = parts;
    this.#first = [...parts.presence.holds()];
    for (const hold of this.#first) hold.isAsked = true;
    parts.presence.keeper = this;
  }

  /** The holds that the owner is to hear of when this node begins to listen. */
  get first(): readonly Hold[] {
    return this.#first;
  }

  /** The owner has answered that this node listens. */
  known({ members, added }: Known): void {
    this.#isKnown = true;
    const { presence, isReturn } = this.#parts;
    presence.replaceMembers(members.flatMap((json) => parseMemberData(json) ?? []));
    for (const hold of this.#first) {
      const isNew = added.includes(hold.data.userId);
      presence.decide(hold, isNew, isNew && isReturn);
      this.#confirm(hold);
    }
  }

  /** The owner could not answer. */
  knownAlone(): void {
    for (const hold of this.#first) this.#confirmAlone(hold);
  }

  join(hold: Hold): void {
    const { link, topic, presence } = this.#parts, { userId, json } = hold.data;
    hold.isAsked = true;
    link.ask(["join", topic, userId, json, presence.isReported], (isNew) => {
      presence.decide(hold, isNew);
      this.#confirm(hold);
    }, () => this.#confirmAlone(hold));
  }

  leave(hold: Hold): void {
    const { link, topic, presence, newToken } = this.#parts, { userId } = hold.data;
    const token = presence.isReported ? newToken() : "";
    link.ask(["leave", topic, userId, token], (isRemoved) => {
      if (isRemoved && token !== "") {
        presence.reportRemoved(userId, { topic, subject: userSubject(userId), token });
      }
    }, () => {
      if (!presence.isHeld(userId)) presence.leaveAlone(hold);
    });
  }

  /** A user was added on some node. What comes before the owner has answered, the answer has. */
  added(json: string): void {
    const data = parseMemberData(json);
    if (this.#isKnown && data !== undefined) this.#parts.presence.addMember(data);
  }

  /** A user is on no node any more. */
  removed(userId: string): void {
    if (this.#isKnown) this.#parts.presence.removeMember(userId);
  }

  departedAlone(userId: string): void {
    this.#departedAlone.add(userId);
  }

  isDepartedAlone(userId: string): boolean {
    return this.#departedAlone.has(userId);
  }

  returned(userId: string): void {
    this.#departedAlone.delete(userId);
  }

  #confirm(hold: Hold): void {
    if (hold.connections > 0) this.#parts.presence.confirm(hold);
  }

  #confirmAlone(hold: Hold): void {
    if (hold.connections > 0) this.#parts.presence.confirmAlone(hold);
  }
}
