import { SharedReports } from "../../../src/cluster/departures/shared-reports.ts";
import { clearUpNode } from "../../../src/cluster/membership/clear-up-node.ts";
import { SharedPresence } from "../../../src/cluster/presence/shared-presence.ts";
import { RedisKeys } from "../../../src/cluster/redis-keys.ts";
import { type Hold, Presence } from "../../../src/hub/channels/presence.ts";
import type { ReportReceiver } from "../../../src/hub/cluster/cluster-reports.ts";
import { type DepartureMark, userSubject, VACANT } from "../../../src/hub/cluster/departure-mark.ts";
import { parseMemberData } from "../../../src/protocol/member-data.ts";
import type { RedisCommand, RedisLink } from "../../../src/redis/redis-link.ts";
import type { FakeReportRedis } from "./fake-report-redis.ts";
import { ManualLink } from "./manual-link.ts";

const TOPIC = "app\npresence-a", KEYS = new RedisKeys("resound:", 0);

/** One report to an application. `order`: that in which it was decided. */
export interface Report {
  readonly order: number;
  /** `+` for occupied or added, `-` for vacated or removed. */
  readonly sign: "+" | "-";
  /** `#`, or `+` and a user. */
  readonly subject: string;
}

/** One node's part in what an application has reported of one presence channel, on a link that the test moves by hand. */
export class ReportReplica {
  readonly faults: string[] = [];
  readonly link: ManualLink;
  readonly #presence: Presence;
  readonly #shared: SharedPresence;
  readonly #reports: SharedReports;
  readonly #name: string;
  readonly #redis: FakeReportRedis;
  readonly #reported: Report[];
  /** Departures that are held, as webhooks/held-departures.ts does. */
  readonly #held = new Map<string, DepartureMark | undefined>();
  readonly #holds: Hold[] = [];
  #stay = 0;
  readonly #former = new Set<string>();

  constructor(name: string, redis: FakeReportRedis, reported: Report[]) {
    this.#name = name;
    this.#redis = redis;
    this.#reported = reported;
    this.link = new ManualLink(redis, (change) => this.#shared.changed(change));
    const { batch } = this.link;
    const receiver: ReportReceiver = {
      wants: () => true,
      isHere: (_topic, userId) =>
        userId === undefined ? this.#holds.length > 0 : this.#presence.isHeld(userId),
      occupied: (_topic, isAgreed) => this.#added(VACANT, isAgreed),
      vacated: (_topic, mark) => this.#departed(VACANT, mark),
      memberAdded: (_topic, userId) => this.#added(userSubject(userId), false),
      memberRemoved: (_topic, userId, mark) => this.#departed(userSubject(userId), mark),
      counted: () => {},
    };
    const refused = (error: Error): boolean => this.faults.push(error.message) === 0,
      nodeId = (): string => this.stay;
    this.#presence = new Presence({ memberAdded: () => {}, memberRemoved: () => {} }, {
      isReporting: true,
      memberAdded: (userId, isAgreed) => this.#added(userSubject(userId), isAgreed),
      memberRemoved: (userId, mark) => this.#departed(userSubject(userId), mark),
    });
    this.#reports = new SharedReports({
      batch,
      keys: KEYS,
      nodeId,
      now: () => 0,
      receiver,
      refused,
      knowsAll: () => true,
    });
    this.#shared = new SharedPresence(this.#presence, {
      moving: { isOn: false, keep() {} },
      batch,
      refused,
      keys: () => KEYS.presence(TOPIC, this.stay),
      formerHolds: () => Array.from(this.#former, (stay) => KEYS.presence(TOPIC, stay).holds),
      topic: TOPIC,
      channel: "channel",
      ...{ marks: this.#reports.marks, expect: this.#reports.expect },
      publish: () => "PUBLISH",
      register: () => batch.add(["SADD", KEYS.node(this.stay).presences, TOPIC]),
      knowsAll: () => true,
      isReuniting: () => false,
      complain: () => {},
      unreadable: () => {},
      latestVersion: () => Infinity,
      suspect: () => {},
    });
    this.#shared.partFromRedis();
  }

  get stay(): string {
    return `${this.#name}.${this.#stay}`;
  }

  /** Ids of the users on this node. */
  get here(): string[] {
    return Array.from(this.#presence.holds(), ({ data }) => data.userId);
  }

  join(userId: string): void {
    // As the hub does: the channel first.
    if (this.#holds.length === 0) this.#reports.occupancy.firstSubscribed(TOPIC);
    this.#holds.push(this.#presence.join(parseMemberData(`{"user_id":"${userId}"}`)!));
  }

  leave(which: number): void {
    const [hold] = this.#holds.splice(which % Math.max(1, this.#holds.length), 1);
    if (hold === undefined) return;
    this.#presence.leave(hold);
    if (this.#holds.length === 0) this.#reports.occupancy.lastUnsubscribed(TOPIC);
  }

  /** All departures have been held for long enough. */
  pass(): void {
    for (const [subject, mark] of [...this.#held]) {
      this.#held.delete(subject);
      this.#reports.confirmDeparture(mark ?? { topic: TOPIC, subject, token: "" }, () => {
        if (this.#held.get(subject) === undefined) this.#held.delete(subject);
        this.#report("-", subject);
      });
    }
  }

  lose(): void {
    if (!this.link.isUp) return;
    this.link.down();
    this.#reports.close();
    this.#shared.partFromRedis();
  }

  /** Comes back as a new stay, and clears up after those before. */
  async return(): Promise<void> {
    if (this.link.isUp) return;
    if (this.#stay > 0) this.#former.add(this.stay);
    this.#stay++;
    this.link.up();
    this.#reports.open([...this.#former], true);
    this.#shared.waitForRedis();
    this.#shared.ask(() => {});
    this.link.deliverAnswers();
    for (const stay of this.#former) {
      await this.clearUp(stay);
      this.#former.delete(stay);
    }
    this.#reports.cleared();
  }

  /** Clears up after a stay of its own or of another node. */
  async clearUp(stay: string): Promise<void> {
    const link = {
      run: (commands: readonly RedisCommand[]) =>
        Promise.resolve(commands.map((each) => this.#redis.run(each))),
    } as unknown as RedisLink;
    await clearUpNode(link, KEYS, stay, "PUBLISH", Infinity, this.#reports);
  }

  #added(subject: string, isAgreed: boolean): void {
    if (!this.#held.delete(subject) || isAgreed) this.#report("+", subject);
  }

  #departed(subject: string, mark: DepartureMark | undefined): void {
    this.#held.set(subject, mark);
  }

  #report(sign: Report["sign"], subject: string): void {
    this.#reported.push({ order: this.link.order ?? ++this.#redis.executed, sign, subject });
  }
}
