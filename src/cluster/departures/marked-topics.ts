import type { DepartureMark } from "../../hub/cluster/departure-mark.ts";
import type { CommandBatch } from "../command-batch.ts";
import type { RedisKeys } from "../redis-keys.ts";
import type { PendingAnswers } from "./pending-answers.ts";

/** Seconds after which no mark of a topic can be there any more: longer than departures can be held. */
const MARKED_SECONDS = 120;

/** What the list needs of the rest of the cluster. */
export interface MarkedTopicsParts {
  readonly batch: Pick<CommandBatch, "later">;
  readonly answers: Pick<PendingAnswers, "sendMembers">;
  readonly keys: RedisKeys;
  readonly nodeId: () => string;
  /** Seconds that only grow. */
  readonly now: () => number;
}

interface Marked {
  /** Second of the last mark. */
  readonly since: number;
  /** The token of the mark that the channel was vacated, where that is the only mark; `undefined` where there may be others. */
  readonly vacancy: string | undefined;
}

/** The topics on which this node may have marks: Redis has the list too, so that a survivor finds them. */
export class MarkedTopics {
  readonly #parts: MarkedTopicsParts;
  /** In the order of their last marks. */
  readonly #topics = new Map<string, Marked>();
  /** Topics that are taken off the list in Redis at the end of this turn. */
  readonly #forgotten = new Set<string>();
  #isOpen = false;

  constructor(parts: MarkedTopicsParts) {
    this.#parts = parts;
  }

  /** Notes that a topic is about to get marks of several subjects. */
  add(topic: string): void {
    this.#note([{ topic, token: undefined }]);
  }

  /** Notes that topics are about to get the mark that they were vacated. `settled` MUST be called once one is known to be gone. */
  addVacancies(marks: readonly DepartureMark[]): void {
    this.#note(marks);
  }

  /** The token of the last mark that a topic was vacated, as long as there can be no other mark. */
  vacancyOf(topic: string): string | undefined {
    return this.#topics.get(topic)?.vacancy;
  }

  /** A mark is gone: it was taken away, or never made. Where it was the only one on the topic, the topic is forgotten. */
  settled(topic: string, token: string | undefined): void {
    if (token !== undefined && this.vacancyOf(topic) === token) this.#forget(topic);
  }

  /** Called once a second: forgets the topics on which no mark can be there any more. */
  sweep(): void {
    if (!this.#isOpen) return;
    const longAgo = this.#parts.now() - MARKED_SECONDS;
    for (const [topic, { since }] of this.#topics) {
      if (since > longAgo) return;
      this.#forget(topic);
    }
  }

  /** This node is enrolled, and the list is written again. */
  open(): void {
    this.#isOpen = true;
    this.#forgotten.clear();
    this.#send("SADD", [...this.#topics.keys()]);
  }

  /** Redis is away, or this node is not enrolled. */
  close(): void {
    this.#isOpen = false;
    this.#forgotten.clear();
  }

  #note(marks: readonly { readonly topic: string; readonly token: string | undefined }[]): void {
    const since = this.#parts.now(), unknown: string[] = [];
    for (const { topic, token } of marks) {
      const known = this.#topics.get(topic);
      if (known !== undefined) this.#topics.delete(topic);
      // One that is about to be taken off the list in Redis stays on it.
      else if (!this.#forgotten.delete(topic)) unknown.push(topic);
      const isOnlyOne = known === undefined || known.vacancy !== undefined;
      this.#topics.set(topic, { since, vacancy: isOnlyOne ? token : undefined });
    }
    this.#send("SADD", unknown);
  }

  #forget(topic: string): void {
    this.#topics.delete(topic);
    if (!this.#isOpen) return;
    if (this.#forgotten.size === 0) this.#parts.batch.later(() => this.#sendForgotten());
    this.#forgotten.add(topic);
  }

  #sendForgotten(): void {
    if (this.#isOpen) this.#send("SREM", [...this.#forgotten]);
    this.#forgotten.clear();
  }

  #send(name: "SADD" | "SREM", topics: readonly string[]): void {
    const { answers, keys, nodeId } = this.#parts;
    answers.sendMembers(name, keys.node(nodeId()).departed, topics);
  }
}
