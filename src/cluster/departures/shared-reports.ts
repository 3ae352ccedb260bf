import type { ClusterReports, ReportReceiver } from "../../hub/cluster/cluster-reports.ts";
import { type DepartureMark, userOfSubject, userSubject } from "../../hub/cluster/departure-mark.ts";
import { LinkDown, type RedisCommand, type RedisLink, runAll } from "../../redis/redis-link.ts";
import type { CommandBatch } from "../command-batch.ts";
import type { RedisKeys } from "../redis-keys.ts";
import { processOfNode } from "../membership/node-lease.ts";
import { CLAIM } from "../redis-scripts.ts";
import { DepartureMarks } from "./departure-marks.ts";
import { REMOVE_NODE } from "./departure-scripts.ts";
import { PendingAnswers } from "./pending-answers.ts";
import { SharedOccupancy } from "./shared-occupancy.ts";

/** Topics in one round trip. */
const CHUNK = 200;

/** Milliseconds in which one miss of a cache channel stands for those of all nodes. */
const MISS_WINDOW = 10_000;

/** What reports need of the rest of the cluster. */
export interface SharedReportsParts {
  readonly batch: Pick<CommandBatch, "add" | "later" | "send">;
  readonly keys: RedisKeys;
  readonly nodeId: () => string;
  /** Seconds that only grow. */
  readonly now: () => number;
  readonly receiver: ReportReceiver;
  /** Whether Redis knows all nodes. */
  readonly knowsAll: () => boolean;
  /** Redis has refused a command: this node cannot take part for now. Or it could not read its data, and true is answered. */
  readonly refused: (error: Error, command: RedisCommand) => boolean;
}

/**
 * Finds out which node reports a change, for applications that have something reported. Of the others nothing is in Redis. While Redis
 * is away this node decides alone.
 */
export class SharedReports implements ClusterReports {
  readonly marks: DepartureMarks;
  /** `PendingAnswers.expect`. */
  readonly expect: PendingAnswers["expect"];
  readonly occupancy: SharedOccupancy;
  readonly #parts: SharedReportsParts;
  readonly #answers: PendingAnswers;
  /** Misses of this turn. */
  #misses: { readonly topic: string; readonly first: () => void }[] = [];
  #isOpen = false;
  #knowsAll = false;
  #isCleared = false;

  constructor(parts: SharedReportsParts) {
    this.#parts = parts;
    const answers = this.#answers = new PendingAnswers(parts.batch, parts.refused);
    this.expect = answers.expect;
    const { receiver } = parts;
    const isPresent = (topic: string, subject: string): void => {
      const userId = userOfSubject(subject);
      if (userId === undefined) receiver.occupied(topic, false);
      else receiver.memberAdded(topic, userId);
    };
    const isHere = (topic: string, subject: string): boolean =>
      receiver.isHere(topic, userOfSubject(subject));
    const marks = this.marks = new DepartureMarks({ ...parts, answers, isHere, isPresent });
    this.occupancy = new SharedOccupancy({ ...parts, answers, marks });
  }

  confirmDeparture(mark: DepartureMark, stillSo: () => void): void {
    this.marks.confirm(mark, stillSo);
  }

  noteMiss(topic: string, first: () => void): void {
    if (!this.#isOpen) return first();
    // At the end of the turn, behind the question whether the channel is occupied.
    if (this.#misses.length === 0) this.#parts.batch.later(() => this.#askForMisses());
    this.#misses.push({ topic, first });
  }

  async answered(): Promise<void> {
    try {
      await this.#parts.batch.send();
    } catch (error) {
      if (!(error instanceof LinkDown)) throw error;
    }
  }

  /** Whether the application of a topic has anything reported. */
  wants(topic: string): boolean {
    return this.#parts.receiver.wants(topic);
  }

  /**
   * This node is enrolled; `former` are earlier stays of it. `knowsAll` is whether Redis knows all nodes that are alive; if not,
   * `reunited` MUST be called when it does. `cleared` MUST be called when nothing is left of the former stays.
   */
  open(former: readonly string[], knowsAll: boolean): void {
    this.#isOpen = true;
    this.#knowsAll = knowsAll;
    this.#isCleared = false;
    this.marks.open(knowsAll);
    this.occupancy.open(former);
  }

  /** Redis has lost its data, and this node was there all along. `reunited` MUST be called when Redis knows all nodes. */
  writeAgain(): void {
    this.#knowsAll = false;
    this.marks.open(false);
    this.occupancy.writeAgain();
    // All others may have said already that they are back.
    if (this.#parts.knowsAll()) this.reunited();
  }

  /** All nodes that are alive have come back to a Redis that was started anew. */
  reunited(): void {
    if (!this.#isOpen) return;
    this.#knowsAll = true;
    this.occupancy.reunited();
    this.marks.reunited();
    this.#correct();
  }

  /** A node says that it has written all that it has. */
  nodeIsBack(): void {
    this.marks.nodeIsBack();
  }

  /** Nothing is left in Redis of earlier stays of this node. */
  cleared(): void {
    this.#isCleared = true;
    this.#correct();
  }

  /** Redis is away, or this node is not enrolled. */
  close(): void {
    this.#isOpen = false;
    this.marks.close();
    this.#answers.close();
    this.occupancy.close();
    for (const { first } of this.#misses.splice(0)) first();
  }

  /** Takes a dead node's subscriptions and marks away, and reports what it cannot report any more. Rejects when Redis goes away. */
  async clearUp(link: Pick<RedisLink, "run">, node: string): Promise<void> {
    const { keys } = this.#parts, own = keys.node(node);
    const [occupied = [], departed = []] = await runAll(link, [
      ["SMEMBERS", own.occupied],
      ["SMEMBERS", own.departed],
    ]) as string[][];
    if (occupied.length + departed.length === 0) return;
    const commands: RedisCommand[] = [], answered: ((answer: unknown) => void)[] = [];
    const marks = this.marks.vacancies(occupied.filter((topic) => this.wants(topic)));
    const byTopic = new Map(marks.map((mark) => [mark.topic, mark]));
    const isOther = processOfNode(node) === processOfNode(this.#parts.nodeId()) ? "" : "1";
    for (const topic of occupied) {
      const mark = byTopic.get(topic);
      const { nodes, departed } = keys.reports(topic);
      commands.push({
        script: REMOVE_NODE,
        keys: [nodes, departed],
        args: [node, mark?.token ?? "", isOther],
      });
      answered.push((answer) => {
        if (mark === undefined) return;
        if (answer === 1) this.#departed(mark);
        else this.marks.topics.settled(topic, mark.token);
      });
    }
    for (const topic of departed) {
      if (!this.wants(topic)) continue;
      const [command, taken] = this.marks.takingOver(topic, node, (mark) => this.#report(mark));
      commands.push(command);
      answered.push(taken);
    }
    await this.noted();
    for (let start = 0; start < commands.length; start += CHUNK) {
      const answers = await runAll(link, commands.slice(start, start + CHUNK));
      answers.forEach((answer, index) => answered[start + index]!(answer));
    }
  }

  /** Resolves when Redis knows on which topics this node has marks: it is to know that before the marks are there. */
  async noted(): Promise<void> {
    await this.#parts.batch.send();
  }

  /** Users of a dead node are present on no other; `token` is on their marks. */
  evicted(topic: string, userIds: readonly string[], token: string): void {
    for (const userId of userIds) this.#departed({ topic, subject: userSubject(userId), token });
  }

  /** A channel has so many subscriptions, without those of a dead node. */
  counted(topic: string, subscriptions: number): void {
    if (this.wants(topic)) this.#parts.receiver.counted(topic, subscriptions);
  }

  #askForMisses(): void {
    for (const { topic, first } of this.#misses.splice(0)) {
      const { miss } = this.#parts.keys.reports(topic);
      this.#answers.ask({ script: CLAIM, keys: [miss], args: [1, MISS_WINDOW] }, first, (answer) => {
        if (answer === 1) first();
      });
    }
  }

  /** Corrects what this node has reported alone, once Redis knows all that can be known. */
  #correct(): void {
    if (this.#isOpen && this.#knowsAll && this.#isCleared) this.marks.correct();
  }

  #departed(mark: DepartureMark): void {
    this.marks.departed(mark, (each) => this.#report(each));
  }

  #report(mark: DepartureMark): void {
    const { receiver } = this.#parts, userId = userOfSubject(mark.subject);
    if (userId === undefined) receiver.vacated(mark.topic, mark);
    else receiver.memberRemoved(mark.topic, userId, mark);
  }
}
