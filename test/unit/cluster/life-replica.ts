import { type Hold, Presence } from "../../../src/hub/channels/presence.ts";
import { clearUpNode } from "../../../src/cluster/membership/clear-up-node.ts";
import type { ReportReceiver } from "../../../src/hub/cluster/cluster-reports.ts";
import { type DepartureMark, userSubject, VACANT } from "../../../src/hub/cluster/departure-mark.ts";
import type { Answered } from "../../../src/cluster/command-batch.ts";
import { RedisKeys } from "../../../src/cluster/redis-keys.ts";
import { SharedLife } from "../../../src/cluster/departures/shared-life.ts";
import { SharedPresence } from "../../../src/cluster/presence/shared-presence.ts";
import { readMessage } from "../../../src/cluster/events/wire-message.ts";
import { parseMemberData } from "../../../src/protocol/member-data.ts";
import type { RedisCommand, RedisLink } from "../../../src/redis/redis-link.ts";
import type { FakeLifeRedis } from "./fake-life-redis.ts";

const TOPIC = "app\npresence-a", KEYS = new RedisKeys("resound:", 0);

/** One thing that an application was told. `order`: that in which it was decided. */
export interface Telling {
  readonly order: number;
  /** `+` for somebody, `-` for nobody. */
  readonly sign: "+" | "-";
  /** `#`, or `+` and a user. */
  readonly subject: string;
}

/** One node's part in what an application is told of one presence channel, on links that the test moves by hand. */
export class LifeReplica {
  readonly faults: string[] = [];
  readonly #presence: Presence;
  readonly #shared: SharedPresence;
  readonly #life: SharedLife;
  readonly #receiver: ReportReceiver;
  readonly #name: string;
  readonly #redis: FakeLifeRedis;
  readonly #told: Telling[];
  /** Departures that are held, as webhooks/held-departures.ts does. */
  readonly #held = new Map<string, DepartureMark | undefined>();
  readonly #holds: Hold[] = [];
  #commands: { readonly command: RedisCommand; readonly answered: Answered }[] = [];
  #answers: { readonly order: number; readonly tell: () => void }[] = [];
  #messages: string[] = [];
  #stay = 0;
  readonly #former = new Set<string>();
  /** When what is told now was decided. */
  #order: number | undefined;
  #isUp = false;
  readonly #listen = (message: string): void => void this.#messages.push(message);

  constructor(name: string, redis: FakeLifeRedis, told: Telling[]) {
    this.#name = name;
    this.#redis = redis;
    this.#told = told;
    this.#receiver = {
      wants: () => true,
      isHere: (_topic, userId) =>
        userId === undefined ? this.#holds.length > 0 : this.#presence.isHeld(userId),
      occupied: (_topic, isAgreed) => this.#came(VACANT, isAgreed),
      vacated: (_topic, mark) => this.#went(VACANT, mark),
      memberAdded: (_topic, userId) => this.#came(userSubject(userId), false),
      memberRemoved: (_topic, userId, mark) => this.#went(userSubject(userId), mark),
      counted: () => {},
    };
    const batch = {
      add: (command: RedisCommand, answered?: Answered) => {
        if (this.#isUp) this.#commands.push({ command, answered: answered ?? (() => {}) });
      },
      send: () => {
        this.#settle();
        return Promise.resolve();
      },
    };
    const refused = (error: Error): void => void this.faults.push(error.message),
      nodeId = (): string => this.stay;
    this.#presence = new Presence({ memberAdded: () => {}, memberRemoved: () => {} }, {
      isWatching: true,
      came: (userId, isAgreed) => this.#came(userSubject(userId), isAgreed),
      went: (userId, mark) => this.#went(userSubject(userId), mark),
    });
    this.#life = new SharedLife({ batch, keys: KEYS, nodeId, now: () => 0, life: this.#receiver, refused });
    this.#shared = new SharedPresence(this.#presence, {
      batch,
      refused,
      keys: () => KEYS.presence(TOPIC, this.stay),
      formerHolds: () => Array.from(this.#former, (stay) => KEYS.presence(TOPIC, stay).holds),
      topic: TOPIC,
      channel: "channel",
      marks: this.#life.marks,
      publish: () => "PUBLISH",
      register: () => batch.add(["SADD", KEYS.node(this.stay).presences, TOPIC]),
      knowsAll: () => true,
    });
    this.#shared.partFromRedis();
  }

  get stay(): string {
    return `${this.#name}.${this.#stay}`;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Ids of those who are here. */
  get here(): string[] {
    return Array.from(this.#presence.holds(), ({ data }) => data.userId);
  }

  get isIdle(): boolean {
    return this.#commands.length + this.#answers.length + this.#messages.length === 0;
  }

  join(userId: string): void {
    // As the hub does: the channel first.
    if (this.#holds.length === 0) this.#life.occupancy.firstSubscribed(TOPIC);
    this.#holds.push(this.#presence.join(parseMemberData(`{"user_id":"${userId}"}`)!));
  }

  leave(which: number): void {
    const [hold] = this.#holds.splice(which % Math.max(1, this.#holds.length), 1);
    if (hold === undefined) return;
    this.#presence.leave(hold);
    if (this.#holds.length === 0) this.#life.occupancy.lastUnsubscribed(TOPIC);
  }

  execute(): void {
    const next = this.#commands.shift();
    if (next === undefined) return;
    const answer = this.#redis.run(next.command), order = this.#redis.executed;
    this.#answers.push({ order, tell: () => next.answered(answer) });
  }

  answer(): void {
    const next = this.#answers.shift();
    if (next !== undefined) this.#deciding(next.order, next.tell);
  }

  hear(): void {
    const text = this.#messages.shift(), message = text === undefined ? undefined : readMessage(text);
    if (message?.type === "came" || message?.type === "went") this.#shared.changed(message);
  }

  /** Whatever is held has been so for long enough. */
  pass(): void {
    for (const [subject, mark] of [...this.#held]) {
      this.#held.delete(subject);
      this.#life.marks.settle(mark ?? { topic: TOPIC, subject, token: "" }, () => {
        if (this.#held.get(subject) === undefined) this.#held.delete(subject);
        this.#tell("-", subject);
      });
    }
  }

  lose(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#redis.listeners.delete(this.#listen);
    this.#commands = [];
    this.#answers = [];
    this.#messages = [];
    this.#life.close();
    this.#shared.partFromRedis();
  }

  /** Comes back as a new stay, and clears up after those before. */
  async return(): Promise<void> {
    if (this.#isUp) return;
    this.#isUp = true;
    if (this.#stay > 0) this.#former.add(this.stay);
    this.#stay++;
    this.#redis.listeners.add(this.#listen);
    this.#life.open([...this.#former], true);
    this.#shared.waitForRedis();
    this.#shared.ask(() => {});
    this.#settle();
    for (const stay of this.#former) {
      await this.clearUp(stay);
      this.#former.delete(stay);
    }
    this.#life.cleared();
  }

  /** Clears up after a stay of its own or of another node. */
  async clearUp(stay: string): Promise<void> {
    const link = {
      run: (commands: readonly RedisCommand[]) =>
        Promise.resolve(commands.map((each) => this.#redis.run(each))),
    } as unknown as RedisLink;
    await clearUpNode(link, KEYS, stay, "PUBLISH", { life: this.#receiver, shared: this.#life });
  }

  #settle(): void {
    while (this.#commands.length > 0) this.execute();
    while (this.#answers.length > 0) this.answer();
  }

  #came(subject: string, isAgreed: boolean): void {
    if (!this.#held.delete(subject) || isAgreed) this.#tell("+", subject);
  }

  #went(subject: string, mark: DepartureMark | undefined): void {
    this.#held.set(subject, mark);
  }

  #tell(sign: Telling["sign"], subject: string): void {
    this.#told.push({ order: this.#order ?? ++this.#redis.executed, sign, subject });
  }

  #deciding(order: number, decide: () => void): void {
    this.#order = order;
    decide();
    this.#order = undefined;
  }
}
