import type { RedisCommand } from "../../redis/redis-link.ts";
import type { Answered, CommandBatch } from "../command-batch.ts";

/** Members in one command. */
const CHUNK = 500;

/** Asks Redis for decisions that this node makes alone when no answer comes. */
export class PendingAnswers {
  readonly #batch: Pick<CommandBatch, "add">;
  readonly #refused: (error: Error, command: RedisCommand) => boolean;
  /** For each command without an answer: how this node decides alone. */
  readonly #pending = new Set<() => void>();

  /**
   * `refused` is called when Redis refuses a command, and MUST lead to `close`, unless it answers that it has repaired what could not be
   * read.
   */
  constructor(batch: Pick<CommandBatch, "add">, refused: (error: Error, command: RedisCommand) => boolean) {
    this.#batch = batch;
    this.#refused = refused;
  }

  /**
   * `alone` is called in place of `answered` when Redis goes away or refuses, and `unreadable` when it could not read its data, which
   * all nodes are about to write again.
   */
  ask(command: RedisCommand, alone: () => void, answered: Answered, unreadable: () => void = alone): void {
    this.#pending.add(alone);
    this.#batch.add(command, (answer) => {
      if (!this.#pending.has(alone)) return;
      if (answer instanceof Error) {
        if (!this.#refused(answer, command)) return;
        this.#pending.delete(alone);
        return unreadable();
      }
      this.#pending.delete(alone);
      answered(answer);
    });
  }

  /** `alone` is called as by `ask`, unless the answer, to a command that was sent elsewhere, is noted before by what this returns. */
  readonly expect = (alone: () => void): () => void => {
    this.#pending.add(alone);
    return () => this.#pending.delete(alone);
  };

  /** As `ask`, where nothing follows from having no answer. */
  send(command: RedisCommand, answered?: Answered): void {
    this.#batch.add(command, (answer) => {
      if (answer instanceof Error) this.#refused(answer, command);
      else answered?.(answer);
    });
  }

  /** Adds members to a set, or takes them out of it; none is fine. */
  sendMembers(name: "SADD" | "SREM", key: string, members: readonly string[]): void {
    for (let start = 0; start < members.length; start += CHUNK) {
      this.send([name, key, ...members.slice(start, start + CHUNK)]);
    }
  }

  /** No answer comes any more: this node decides alone. */
  close(): void {
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const alone of pending) alone();
  }
}
