import type { RedisCommand } from "../../redis/redis-link.ts";
import type { Answered, CommandBatch } from "../command-batch.ts";

/** Asks Redis what this node decides by itself when no answer comes. */
export class OpenQuestions {
  readonly #batch: Pick<CommandBatch, "add">;
  readonly #refused: (error: Error) => void;
  /** What to do without an answer, for each question that has none. */
  readonly #open = new Set<() => void>();

  /** `refused` is told when Redis refuses a command, and MUST have `close` called. */
  constructor(batch: Pick<CommandBatch, "add">, refused: (error: Error) => void) {
    this.#batch = batch;
    this.#refused = refused;
  }

  /** `alone` is called in place of `answered` when Redis goes away or refuses. */
  ask(command: RedisCommand, alone: () => void, answered: Answered): void {
    this.#open.add(alone);
    this.#batch.add(command, (answer) => {
      if (!this.#open.has(alone)) return;
      if (answer instanceof Error) return this.#refused(answer);
      this.#open.delete(alone);
      answered(answer);
    });
  }

  /** As `ask`, where nothing follows from having no answer. */
  tell(command: RedisCommand, answered?: Answered): void {
    this.#batch.add(command, (answer) => {
      if (answer instanceof Error) this.#refused(answer);
      else answered?.(answer);
    });
  }

  /** No answer comes any more. */
  close(): void {
    const open = [...this.#open];
    this.#open.clear();
    for (const goOn of open) goOn();
  }
}
