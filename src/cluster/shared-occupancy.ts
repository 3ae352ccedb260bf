import { type ClusterLife, VACANT } from "./cluster-life.ts";
import type { DepartureMarks } from "./departure-marks.ts";
import { ARRIVE, DEPART } from "./life-scripts.ts";
import type { OpenQuestions } from "./open-questions.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** What it needs of the rest of the cluster. */
export interface SharedOccupancyParts {
  readonly questions: OpenQuestions;
  readonly marks: DepartureMarks;
  readonly keys: RedisKeys;
  readonly nodeId: () => string;
  readonly life: ClusterLife;
}

/** Finds out whether this node's first subscriber of a channel is the first of all nodes, and its last the last of all. */
export class SharedOccupancy {
  readonly #parts: SharedOccupancyParts;
  /** Topics that somebody here is on -> whether it is known who was the first. */
  readonly #topics = new Map<string, boolean>();
  /** Topics that this node has called vacant by itself, while it could not ask. */
  readonly #vacant = new Set<string>();
  #isOpen = false;

  constructor(parts: SharedOccupancyParts) {
    this.#parts = parts;
  }

  arrive(topic: string): void {
    this.#topics.set(topic, !this.#isOpen);
    this.#parts.marks.cameBack(topic, VACANT);
    if (this.#isOpen) return this.#arrive(topic, []);
    this.#vacant.delete(topic);
    this.#parts.life.occupied(topic, false);
  }

  depart(topic: string): void {
    this.#topics.delete(topic);
    const { keys, nodeId, life, marks, questions } = this.#parts;
    const departAlone = (): void => {
      if (this.#topics.has(topic)) return;
      this.#vacant.add(topic);
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

  /** Redis knows this node now, whose earlier stays were `former`: tells it what is here. */
  open(former: readonly string[]): void {
    this.#isOpen = true;
    for (const topic of this.#topics.keys()) this.#arrive(topic, former);
    const { keys, questions } = this.#parts;
    if (former.length === 0) return;
    for (const topic of this.#vacant) questions.tell(["SREM", keys.life(topic).nodes, ...former]);
  }

  /** Every node that is alive has told Redis what is there: what this one called vacant by itself and is not is put right. */
  putRight(): void {
    const { keys, life, questions } = this.#parts;
    for (const topic of this.#vacant) {
      questions.tell(["SCARD", keys.life(topic).nodes], (answer) => {
        if (Number(answer) > 0 && !this.#topics.has(topic)) life.occupied(topic, false);
      });
    }
    this.#vacant.clear();
  }

  /** Redis is away, or does not take this node's word: it goes by itself, also about what it has not been told. */
  close(): void {
    this.#isOpen = false;
    for (const [topic, isKnown] of this.#topics) {
      if (isKnown) continue;
      this.#topics.set(topic, true);
      this.#parts.life.occupied(topic, false);
    }
  }

  #arrive(topic: string, former: readonly string[]): void {
    const { keys, nodeId, life, questions } = this.#parts, { nodes, departed } = keys.life(topic);
    questions.tell(["SADD", keys.node(nodeId()).occupied, topic]);
    questions.tell({ script: ARRIVE, keys: [nodes, departed], args: [nodeId(), ...former] }, (answer) => {
      const isKnown = this.#topics.get(topic);
      if (isKnown === false) this.#topics.set(topic, true);
      // Whoever has left meanwhile has been here all the same.
      if (answer === 1 && isKnown !== true) life.occupied(topic, true);
    });
  }
}
