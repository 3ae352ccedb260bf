import { LinkDown, type RedisCommand, type RedisLink } from "../../redis/redis-link.ts";
import type { ClusterReports, ReportReceiver } from "../../hub/cluster/cluster-reports.ts";
import { type DepartureMark, userOfSubject, userSubject, VACANT } from "../../hub/cluster/departure-mark.ts";
import type { CommandBatch } from "../command-batch.ts";
import { DepartureMarks } from "./departure-marks.ts";
import { DEPART } from "./life-scripts.ts";
import { OpenQuestions } from "./open-questions.ts";
import type { RedisKeys } from "../redis-keys.ts";
import { SharedOccupancy } from "./shared-occupancy.ts";

/** Topics in one round trip. */
const CHUNK = 200;

/** Milliseconds in which one miss of a cache channel stands for those of all nodes. */
const MISS_WINDOW = 10_000;

/** What it needs of the rest of the cluster. */
export interface SharedLifeParts {
  readonly batch: Pick<CommandBatch, "add" | "send">;
  readonly keys: RedisKeys;
  readonly nodeId: () => string;
  /** Seconds that only grow. */
  readonly now: () => number;
  readonly life: ReportReceiver;
  /** Redis refused a command: this node cannot take part for now. */
  readonly refused: (error: Error) => void;
}

/**
 * Finds out which node is to tell an application what happened, for applications that want to be told. Nothing of it is in Redis for
 * those that do not. While Redis is away this node decides by itself.
 */
export class SharedLife implements ClusterReports {
  readonly marks: DepartureMarks;
  readonly occupancy: SharedOccupancy;
  readonly #parts: SharedLifeParts;
  readonly #questions: OpenQuestions;
  #isOpen = false;
  #knowsAll = false;
  #isCleared = false;

  constructor(parts: SharedLifeParts) {
    this.#parts = parts;
    const questions = this.#questions = new OpenQuestions(parts.batch, parts.refused);
    const { life } = parts;
    const isThere = (topic: string, subject: string): void => {
      const userId = userOfSubject(subject);
      if (userId === undefined) life.occupied(topic, false);
      else life.memberAdded(topic, userId);
    };
    const isHere = (topic: string, subject: string): boolean => life.isHere(topic, userOfSubject(subject));
    const marks = this.marks = new DepartureMarks({ ...parts, questions, isHere, isThere });
    this.occupancy = new SharedOccupancy({ ...parts, questions, marks });
  }

  confirmDeparture(mark: DepartureMark, stillSo: () => void): void {
    this.marks.settle(mark, stillSo);
  }

  async answered(): Promise<void> {
    try {
      await this.#parts.batch.send();
    } catch (error) {
      if (!(error instanceof LinkDown)) throw error;
    }
  }

  noteMiss(topic: string, first: () => void): void {
    if (!this.#isOpen) return first();
    const { keys } = this.#parts;
    this.#questions.ask(["SET", keys.life(topic).miss, 1, "PX", MISS_WINDOW, "NX"], first, (answer) => {
      if (answer === "OK") first();
    });
  }

  /**
   * Redis knows this node now, whose earlier stays were `former`: tells it what is here. `knowsAll` is whether it knows all nodes that
   * are alive; if not, `reunited` MUST be called when it does. `cleared` MUST be called when nothing is left of the former stays.
   */
  open(former: readonly string[], knowsAll: boolean): void {
    this.#isOpen = true;
    this.#knowsAll = knowsAll;
    this.#isCleared = false;
    this.marks.open(knowsAll);
    this.occupancy.open(former, knowsAll);
  }

  /** Every node that is alive has come back to a Redis that was started anew. */
  reunited(): void {
    if (!this.#isOpen) return;
    this.#knowsAll = true;
    this.marks.reunited();
    this.#putRight();
  }

  /** Nothing is left in Redis of earlier stays of this node. */
  cleared(): void {
    this.#isCleared = true;
    this.#putRight();
  }

  /** Redis is away, or does not take this node's word. */
  close(): void {
    this.#isOpen = false;
    this.marks.close();
    this.occupancy.close();
    this.#questions.close();
  }

  /** Clears up what a dead node has left of this, and tells it in its place. Rejects when Redis goes away. */
  async clearUp(link: RedisLink, node: string): Promise<void> {
    const { keys, life } = this.#parts, own = keys.node(node);
    const [occupied = [], departed = []] = await run(link, [
      ["SMEMBERS", own.occupied],
      ["SMEMBERS", own.departed],
    ]) as string[][];
    if (occupied.length + departed.length === 0) return;
    const commands: RedisCommand[] = [], tell: ((answer: unknown) => void)[] = [];
    for (const topic of occupied) {
      const mark = life.wants(topic) ? this.marks.mark(topic, VACANT) : undefined;
      const { nodes, departed } = keys.life(topic);
      commands.push({ script: DEPART, keys: [nodes, departed], args: [node, mark?.token ?? ""] });
      tell.push((answer) => {
        if (answer === 1 && mark !== undefined) this.#departed(mark);
      });
    }
    for (const topic of departed) {
      if (!life.wants(topic)) continue;
      const [command, answered] = this.marks.takingOver(topic, node, (mark) => this.#tell(mark));
      commands.push(command);
      tell.push(answered);
    }
    await this.noted();
    for (let start = 0; start < commands.length; start += CHUNK) {
      const answers = await run(link, commands.slice(start, start + CHUNK));
      answers.forEach((answer, index) => tell[start + index]!(answer));
    }
  }

  /** Resolves when Redis knows on which topics this node has marks; it is to know that before the marks are there. */
  async noted(): Promise<void> {
    await this.#parts.batch.send();
  }

  /** Users of a dead node are on no other; `token` is on their marks. */
  evicted(topic: string, userIds: readonly string[], token: string): void {
    for (const userId of userIds) this.#departed({ topic, subject: userSubject(userId), token });
  }

  /** What this node said by itself while Redis was away, and is not so, is put right. */
  #putRight(): void {
    if (!this.#isOpen || !this.#knowsAll || !this.#isCleared) return;
    this.marks.putRight();
  }

  #departed(mark: DepartureMark): void {
    if (!this.marks.wasToldAlone(mark)) this.#tell(mark);
  }

  #tell(mark: DepartureMark): void {
    const { life } = this.#parts, userId = userOfSubject(mark.subject);
    if (userId === undefined) life.vacated(mark.topic, mark);
    else life.memberRemoved(mark.topic, userId, mark);
  }
}

async function run(link: RedisLink, commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
  const answers = await link.run(commands);
  for (const answer of answers) if (answer instanceof Error) throw answer;
  return answers;
}
