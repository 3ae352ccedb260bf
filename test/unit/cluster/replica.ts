import { type Hold, Presence } from "../../../src/hub/channels/presence.ts";
import type { Answered } from "../../../src/cluster/command-batch.ts";
import { SharedPresence } from "../../../src/cluster/presence/shared-presence.ts";
import { readMessage } from "../../../src/cluster/events/wire-message.ts";
import { parseMemberData } from "../../../src/protocol/member-data.ts";
import type { RedisCommand } from "../../../src/redis/redis-link.ts";
import { FakePresenceRedis } from "./fake-presence-redis.ts";

/**
 * One node's presence of a topic on links that the test moves by hand: commands wait to be executed, answers and messages to be
 * delivered, each in their order.
 */
export class Replica {
  /** Who is there by what the node's clients were told. */
  readonly picture = new Set<string>();
  readonly faults: string[] = [];
  readonly presence: Presence;
  readonly shared: SharedPresence;
  readonly #name: string;
  readonly #redis: FakePresenceRedis;
  readonly #holds: Hold[] = [];
  #commands: { readonly command: RedisCommand; readonly answered: Answered }[] = [];
  #answers: (() => void)[] = [];
  #messages: string[] = [];
  #stay = 0;
  readonly #former: string[] = [];
  #isUp = false;
  readonly #listen = (message: string): void => void this.#messages.push(message);

  constructor(name: string, redis: FakePresenceRedis) {
    this.#name = name;
    this.#redis = redis;
    this.presence = new Presence({
      memberAdded: (userId) => {
        if (this.picture.has(userId)) this.faults.push(`${userId} was added twice`);
        this.picture.add(userId);
      },
      memberRemoved: (userId) => {
        if (!this.picture.delete(userId)) this.faults.push(`${userId} was removed without having been there`);
      },
    });
    this.shared = new SharedPresence(this.presence, {
      batch: {
        add: (command, answered) => {
          if (this.#isUp) this.#commands.push({ command, answered: answered ?? (() => {}) });
        },
      },
      keys: () => FakePresenceRedis.keys(`${name}.${this.#stay}`),
      formerHolds: () => this.#former.map((stay) => FakePresenceRedis.keys(stay).holds),
      topic: "app\npresence-a",
      channel: "channel",
      marks: {
        token: () => "",
        wentAlone: () => {},
        isCalledGone: () => false,
        cameBack: () => {},
        wasToldAlone: () => false,
      },
      publish: () => "PUBLISH",
      register: () => {},
      knowsAll: () => true,
      refused: (error) => void this.faults.push(error.message),
    });
    this.shared.partFromRedis();
  }

  /** Ids of those who are here. */
  get held(): string[] {
    return Array.from(this.presence.holds(), ({ data }) => data.userId);
  }

  get isIdle(): boolean {
    return this.#commands.length + this.#answers.length + this.#messages.length === 0;
  }

  /** Whether everyone who came has been let in. */
  get allSettled(): boolean {
    return [...this.presence.holds()].every(({ settled }) => settled.isOpen);
  }

  /** Ids of those whom this node takes for present, sorted. */
  roster(): string[] {
    return Array.from(this.presence.roster.members(), ({ userId }) => userId).sort();
  }

  join(userId: string): void {
    this.#holds.push(this.presence.join(parseMemberData(`{"user_id":"${userId}"}`)!));
  }

  /** One of the connections here ends. */
  leave(which: number): void {
    if (this.#holds.length === 0) return;
    const [hold] = this.#holds.splice(which % this.#holds.length, 1);
    this.presence.leave(hold!);
  }

  /** Redis executes the next command. */
  execute(): void {
    const next = this.#commands.shift();
    if (next === undefined) return;
    const answer = this.#redis.run(next.command);
    this.#answers.push(() => next.answered(answer));
  }

  /** The next answer comes here. */
  answer(): void {
    this.#answers.shift()?.();
  }

  /** The next message comes here. */
  hear(): void {
    const text = this.#messages.shift(), message = text === undefined ? undefined : readMessage(text);
    if (message?.type === "came" || message?.type === "went") this.shared.changed(message);
  }

  /** The next message is lost on its way here. */
  miss(): void {
    this.#messages.shift();
  }

  /** Loses Redis, with all that was on its way in either direction. */
  lose(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#redis.listeners.delete(this.#listen);
    this.#commands = [];
    this.#answers = [];
    this.#messages = [];
    this.shared.partFromRedis();
  }

  /** Comes back as a new stay; what those before have left ends with the question who is there. */
  return(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    if (this.#stay > 0) this.#former.push(`${this.#name}.${this.#stay}`);
    this.#stay++;
    this.#redis.listeners.add(this.#listen);
    this.shared.waitForRedis();
    this.shared.ask(() => {});
  }

  /** The others take this node for dead: its holds end, and it finds out. */
  lapse(): void {
    if (!this.#isUp) return;
    this.#redis.evict(`${this.#name}.${this.#stay}`);
    this.lose();
    this.return();
  }
}
