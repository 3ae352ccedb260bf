import type { RedisCommand } from "../../redis/redis-link.ts";
import type { ClusterOccupancy } from "../../hub/cluster/cluster-occupancy.ts";
import type { ReportReceiver } from "../../hub/cluster/cluster-reports.ts";
import { VACANT } from "../../hub/cluster/departure-mark.ts";
import type { DepartureMarks } from "./departure-marks.ts";
import { ARRIVE, DEPART } from "./life-scripts.ts";
import type { OpenQuestions } from "./open-questions.ts";
import type { RedisKeys } from "../redis-keys.ts";

/** What it needs of the rest of the cluster. */
export interface SharedOccupancyParts {
  readonly questions: OpenQuestions;
  readonly marks: DepartureMarks;
  readonly keys: RedisKeys;
  readonly nodeId: () => string;
  readonly life: ReportReceiver;
}

/** Finds out whether this node's first subscriber of a channel is the first of all nodes, and its last the last of all. */
export class SharedOccupancy implements ClusterOccupancy {
  readonly #parts: SharedOccupancyParts;
  /** Topics that somebody here is on. */
  readonly #topics = new Set<string>();
  #isOpen = false;

  constructor(parts: SharedOccupancyParts) {
    this.#parts = parts;
  }

  firstSubscribed(topic: string): void {
    this.#topics.add(topic);
    if (this.#isOpen) return this.#ask(topic);
    this.#occupied(topic, false);
  }

  lastUnsubscribed(topic: string): void {
    this.#topics.delete(topic);
    const { keys, nodeId, life, marks, questions } = this.#parts;
    const departAlone = (): void => {
      if (this.#topics.has(topic) || marks.isCalledGone(topic, VACANT)) return;
      marks.wentAlone(topic, VACANT);
      life.vacated(topic, undefined);
    };
    if (!this.#isOpen) return departAlone();
    const mark = marks.mark(topic, VACANT), { nodes, departed } = keys.life(topic);
    const command = { script: DEPART, keys: [nodes, departed], args: [nodeId(), mark.token] };
    questions.ask(command, departAlone, (answer) => {
      if (answer === 1) life.vacated(topic, mark);
    });
    questions.tell(["SREM", keys.node(nodeId()).occupied, topic]);
  }

  /** Redis knows this node now, whose earlier stays were `former`: tells it what is here. `knowsAll` is whether it still knows the other nodes. */
  open(former: readonly string[], knowsAll: boolean): void {
    this.#isOpen = true;
    for (const topic of this.#topics) {
      this.#note(topic);
      this.#parts.questions.tell(this.#arriving(topic, former), (answer) => {
        // Told before, when Redis was away or before the others took this node for dead: they may have told since that it is vacant.
        if (answer === 1 && knowsAll) this.#occupied(topic, true);
      });
    }
  }

  /** Redis is away, or does not take this node's word: it goes by itself. */
  close(): void {
    this.#isOpen = false;
  }

  /** Asks whether somebody who came here is the first. Whoever has left meanwhile has been here all the same. */
  #ask(topic: string): void {
    this.#note(topic);
    // Without an answer, what waits to be told of an earlier departure may have been told elsewhere: rather told twice than never.
    const occupied = (): void => this.#occupied(topic, true);
    this.#parts.questions.ask(this.#arriving(topic, []), occupied, (answer) => {
      if (answer === 1) occupied();
    });
  }

  #occupied(topic: string, isAgreed: boolean): void {
    this.#parts.marks.cameBack(topic, VACANT);
    this.#parts.life.occupied(topic, isAgreed);
  }

  /** Before Redis has somebody here on a topic it is to know where this node may have somebody. */
  #note(topic: string): void {
    const { keys, nodeId, questions } = this.#parts;
    questions.tell(["SADD", keys.node(nodeId()).occupied, topic]);
  }

  #arriving(topic: string, former: readonly string[]): RedisCommand {
    const { keys, nodeId } = this.#parts, { nodes, departed } = keys.life(topic);
    return { script: ARRIVE, keys: [nodes, departed], args: [nodeId(), ...former] };
  }
}
