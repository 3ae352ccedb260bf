import { SharedPresence } from "../../../src/cluster/presence/shared-presence.ts";
import { type Hold, Presence } from "../../../src/hub/channels/presence.ts";
import { parseMemberData } from "../../../src/protocol/member-data.ts";
import { FakePresenceRedis } from "./fake-presence-redis.ts";
import { ManualLink } from "./manual-link.ts";

/** One node's presence of a topic, on a link that the test moves by hand. */
export class PresenceReplica {
  /** The members by what was announced to the node's clients. */
  readonly picture = new Set<string>();
  readonly faults: string[] = [];
  /** Users that were announced as removed. */
  readonly removed = new Set<string>();
  /** Whether Redis knows the holds of all nodes. */
  knowsAll = true;
  readonly presence: Presence;
  readonly shared: SharedPresence;
  readonly link: ManualLink;
  readonly #name: string;
  readonly #redis: FakePresenceRedis;
  readonly #holds: Hold[] = [];
  #stay = 0;
  readonly #former: string[] = [];

  /** `report` takes what this node reports to the application, `+user` and `-user`. */
  constructor(name: string, redis: FakePresenceRedis, report?: (change: string) => void) {
    this.#name = name;
    this.#redis = redis;
    this.link = new ManualLink(
      redis,
      (change) => this.shared.changed(change),
      () => this.#writeAgain(),
    );
    this.presence = new Presence({
      memberAdded: (userId) => {
        if (this.picture.has(userId)) this.faults.push(`${userId} was added twice`);
        this.picture.add(userId);
      },
      memberRemoved: (userId) => {
        this.removed.add(userId);
        if (!this.picture.delete(userId)) this.faults.push(`${userId} was removed without having been added`);
      },
    }, {
      isReporting: report !== undefined,
      memberAdded: (userId) => report?.(`+${userId}`),
      memberRemoved: (userId) => report?.(`-${userId}`),
    });
    this.shared = new SharedPresence(this.presence, {
      expect: () => () => {},
      batch: this.link.batch,
      keys: () => FakePresenceRedis.keys(`${name}.${this.#stay}`),
      formerHolds: () => this.#former.map((stay) => FakePresenceRedis.keys(stay).holds),
      topic: "app\npresence-a",
      moving: { isOn: false, keep() {} },
      channel: "channel",
      marks: {
        token: () => report === undefined ? "" : `${name}:1`,
        departedAlone: () => {},
        isDepartedAlone: () => false,
        returned: () => {},
        departed: (mark, reported) => reported(mark),
      },
      publish: () => "PUBLISH",
      register: () => {},
      knowsAll: () => this.knowsAll,
      isReuniting: () => !this.knowsAll,
      complain: () => {},
      unreadable: () => {},
      latestVersion: () => Infinity,
      suspect: () => this.link.look(),
      refused: (error) => void this.faults.push(error.message),
    });
    this.shared.partFromRedis();
  }

  /** Ids of the users on this node. */
  get held(): string[] {
    return Array.from(this.presence.holds(), ({ data }) => data.userId);
  }

  /** Whether every client that joined has been sent the roster. */
  get allConfirmed(): boolean {
    return [...this.presence.holds()].every(({ confirmed }) => confirmed.isOpen);
  }

  /** Ids of the members by this node's roster, sorted. */
  roster(): string[] {
    return Array.from(this.presence.roster.members(), ({ userId }) => userId).sort();
  }

  join(userId: string, info = 0): void {
    const json = JSON.stringify({ user_id: userId, user_info: info });
    this.#holds.push(this.presence.join(parseMemberData(json)!));
  }

  /** One of the connections on this node ends. */
  leave(which: number): void {
    if (this.#holds.length === 0) return;
    const [hold] = this.#holds.splice(which % this.#holds.length, 1);
    this.presence.leave(hold!);
  }

  /** Loses Redis, with all that was under way. */
  lose(): void {
    if (!this.link.isUp) return;
    this.link.down();
    this.shared.partFromRedis();
  }

  /** Comes back as a new stay; the holds of those before end with the question for all members. */
  return(): void {
    if (this.link.isUp) return;
    if (this.#stay > 0) this.#former.push(`${this.#name}.${this.#stay}`);
    this.#stay++;
    this.link.up();
    this.shared.waitForRedis();
    this.shared.ask(() => {});
  }

  /** Redis knows the holds of all nodes again. */
  reunite(): void {
    this.knowsAll = true;
    this.shared.askAgain();
  }

  #writeAgain(): void {
    this.knowsAll = false;
    this.shared.waitForRedis();
    this.shared.ask(() => {});
  }

  /** The others take this node for dead: its holds end, and it finds out. */
  lapse(): void {
    if (!this.link.isUp) return;
    this.#redis.evict(`${this.#name}.${this.#stay}`);
    this.lose();
    this.return();
  }
}
