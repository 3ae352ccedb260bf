import type { Answered, CommandBatch } from "../../../src/cluster/command-batch.ts";
import { readMessage } from "../../../src/cluster/events/wire-message.ts";
import type { PresenceChange } from "../../../src/cluster/presence/shared-presence.ts";
import type { RedisCommand } from "../../../src/redis/redis-link.ts";
import type { FakePresenceRedis } from "./fake-presence-redis.ts";

/**
 * A node's link to a fake Redis that the test moves by hand: commands wait to be executed, answers and messages to be delivered, each
 * in their order.
 */
export class ManualLink {
  /** What the node sends. While the link is down it is lost. */
  readonly batch: Pick<CommandBatch, "add" | "later" | "send">;
  readonly #redis: FakePresenceRedis;
  readonly #changed: (change: PresenceChange) => void;
  readonly #onEmptied: () => void;
  #commands: { readonly command: RedisCommand; readonly answered: Answered }[] = [];
  #answers: { readonly order: number; readonly emptied: number; readonly deliver: () => void }[] = [];
  /** How often the node knows that Redis has lost its data. */
  #emptied = 0;
  #messages: string[] = [];
  /** What is left to do in this turn. */
  #later: { write: (() => void) | undefined }[] = [];
  #isUp = false;
  #order: number | undefined;
  readonly #listen = (message: string): void => void this.#messages.push(message);

  /**
   * `changed` takes the changes of the members. `emptied` is called before the first answer of a Redis that has lost its data, as the
   * batch does (`AnswerCheck`).
   */
  constructor(
    redis: FakePresenceRedis,
    changed: (change: PresenceChange) => void,
    emptied: () => void = () => {},
  ) {
    this.#redis = redis;
    this.#onEmptied = emptied;
    this.#changed = changed;
    this.batch = {
      add: (command, answered = () => {}) => {
        if (this.#isUp) this.#commands.push({ command, answered });
      },
      later: (write) => {
        const entry: { write: (() => void) | undefined } = { write };
        this.#later.push(entry);
        return { withdraw: () => void (entry.write = undefined) };
      },
      send: () => {
        this.deliverAnswers();
        return Promise.resolve();
      },
    };
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get isIdle(): boolean {
    return this.#later.length + this.#commands.length + this.#answers.length + this.#messages.length === 0;
  }

  /** How many commands Redis had executed when it made the answer that is delivered now; `undefined` outside of an answer. */
  get order(): number | undefined {
    return this.#order;
  }

  /** The node's turn ends. */
  endTurn(): void {
    while (this.#later.length > 0) for (const { write } of this.#later.splice(0)) write?.();
  }

  /** The node's turn ends, and Redis executes the next command. */
  execute(): void {
    this.endTurn();
    const next = this.#commands.shift();
    if (next === undefined) return;
    const answer = this.#redis.run(next.command);
    const { executed, emptied } = this.#redis;
    this.#answers.push({ order: executed, emptied, deliver: () => next.answered(answer) });
  }

  /** The next answer is delivered. */
  answer(): void {
    const next = this.#answers.shift();
    if (next === undefined) return;
    this.look(next.emptied);
    this.#order = next.order;
    next.deliver();
    this.#order = undefined;
  }

  /** The node looks whether Redis has lost its data. */
  look(emptied = this.#redis.emptied): void {
    if (!this.#isUp || emptied <= this.#emptied) return;
    this.#emptied = emptied;
    this.#onEmptied();
  }

  /** The next message is delivered. */
  hear(): void {
    const text = this.#messages.shift(), message = text === undefined ? undefined : readMessage(text);
    if (message?.type === "member_added" || message?.type === "member_removed") this.#changed(message);
  }

  /** The next message is lost. */
  miss(): void {
    this.#messages.shift();
  }

  /** All commands are executed, and all answers delivered. */
  deliverAnswers(): void {
    do this.execute(); while (this.#commands.length + this.#later.length > 0);
    while (this.#answers.length > 0) this.answer();
  }

  up(): void {
    this.#isUp = true;
    this.#emptied = this.#redis.emptied;
    this.#redis.listeners.add(this.#listen);
  }

  /** All that is under way in either direction is lost. */
  down(): void {
    this.#isUp = false;
    this.#redis.listeners.delete(this.#listen);
    this.#later = [];
    this.#commands = [];
    this.#answers = [];
    this.#messages = [];
  }
}
