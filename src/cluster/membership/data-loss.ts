import { LinkDown, type RedisCommand, type RedisLink, runAll } from "../../redis/redis-link.ts";
import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import type { Log } from "../../monitoring/log.ts";
import type { AnswerCheck, CommandBatch } from "../command-batch.ts";
import type { RedisKeys } from "../redis-keys.ts";
import type { ControlMessage } from "./control-message.ts";
import type { Reunion } from "./reunion.ts";
import type { Witness } from "./witness.ts";

/** What noticing a loss needs of the rest of the cluster. */
export interface DataLossParts {
  readonly link: RedisLink;
  readonly batch: Pick<CommandBatch, "send">;
  readonly keys: RedisKeys;
  readonly witness: Witness;
  readonly reunion: Reunion;
  readonly counters: ClusterCounters;
  readonly log: Log;
  readonly nodeId: () => string;
  /** The processes of all nodes that are known, this one included. */
  readonly processes: () => readonly string[];
  readonly isEnrolled: () => boolean;
  /** Renews the lease, and writes again all that this node has. */
  readonly write: () => Promise<void>;
  /** Says to the others that this node has written all that it has. */
  readonly greet: () => void;
  /** Redis refuses what this node writes. */
  readonly refused: (error: unknown) => void;
}

/**
 * Notices that Redis has lost its data while this node was in touch all along, and writes again what this node has, before anything is
 * believed that Redis says. The other nodes are told, and do the same. Until all of them are back no user counts as gone (Reunion).
 */
export class DataLoss implements AnswerCheck {
  readonly #parts: DataLossParts;
  #looking: Promise<boolean> | undefined;
  #isWriting = false;
  /** Whether it was noticed again meanwhile. */
  #isLostAgain = false;
  /** Whether the others are to hear that they have to write again too. */
  #isDamaged = false;

  constructor(parts: DataLossParts) {
    this.#parts = parts;
  }

  behind(commands: readonly RedisCommand[]): readonly RedisCommand[] {
    return this.#parts.witness.behind(commands);
  }

  /** As `behind`, for commands that read these keys. */
  behindKeys(keys: readonly string[]): readonly RedisCommand[] {
    return this.#parts.witness.behindKeys(keys);
  }

  answered(answers: readonly unknown[]): void {
    if (this.#parts.witness.tells(answers)) this.#noticed();
  }

  /** Looks whether Redis has its data; answers with whether it has lost some and this node is about to write it again. */
  look(): Promise<boolean> {
    return this.#looking ??= this.#look().finally(() => this.#looking = undefined);
  }

  /** As `look`, for a node that is about to enter and writes everything in any case. Rejects when Redis goes away. */
  async lookAtEntry(): Promise<void> {
    const { witness, link, reunion, processes } = this.#parts;
    if (await witness.look(link)) reunion.dataIsLost(processes());
  }

  /** What cannot be read was deleted here: every node is to write again what it has. */
  damaged(): void {
    this.#isDamaged = true;
    this.#noticed(false);
  }

  /** Another node has noticed a loss, or has deleted what cannot be read. */
  async heard(isDamaged: boolean): Promise<void> {
    if (isDamaged && this.#parts.isEnrolled()) return this.#noticed(false);
    if (await this.look() || !this.#parts.isEnrolled()) return;
    // The other one waits until it hears that nothing of this node is missing.
    this.#parts.greet();
  }

  async #look(): Promise<boolean> {
    const { witness, link, isEnrolled } = this.#parts;
    if (this.#isWriting) return true;
    try {
      if (!isEnrolled() || !await witness.look(link)) return this.#isWriting;
    } catch (error) {
      this.#failed(error);
      return false;
    }
    this.#noticed();
    return true;
  }

  #noticed(isLogged = true): void {
    const { reunion, processes, log, counters } = this.#parts;
    reunion.dataIsLost(processes());
    this.#isLostAgain = this.#isWriting;
    if (this.#isWriting) return;
    this.#isWriting = true;
    counters.reconciliations++;
    if (isLogged) {
      log.warning(
        "redis_emptied",
        "Redis has lost what the nodes share, as after FLUSHDB, which php artisan cache:clear sends: this node writes its part again. " +
          "Use another database for the cache",
      );
    }
    void this.#write();
  }

  async #write(): Promise<void> {
    const { link, keys, witness, batch, nodeId, isEnrolled, write, greet } = this.#parts;
    try {
      do {
        this.#isLostAgain = false;
        // What was deleted before is written again from here on.
        await batch.send();
        const isDamaged = this.#isDamaged;
        this.#isDamaged = false;
        await witness.look(link);
        const message = {
          type: "lost",
          node: nodeId(),
          ...(isDamaged ? { isDamaged } : {}),
        } satisfies ControlMessage;
        await runAll(link, [link.publishCommand(keys.control, JSON.stringify(message))]);
        // It is about to enter, and writes everything then.
        if (!isEnrolled()) return;
        await write();
        await batch.send();
      } while (this.#isLostAgain);
      greet();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isWriting = false;
    }
  }

  #failed(error: unknown): void {
    // An outage is handled where the link goes down.
    if (!(error instanceof LinkDown)) this.#parts.refused(error);
  }
}
