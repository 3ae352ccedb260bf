import type { RedisCommand } from "../../redis/redis-link.ts";
import type { DepartureMark } from "../../hub/cluster/departure-mark.ts";
import { userOfSubject } from "../../hub/cluster/departure-mark.ts";
import { IS_THERE, SETTLE, SETTLE_UNSURE, TAKE_OVER } from "./life-scripts.ts";
import type { OpenQuestions } from "./open-questions.ts";
import { processOfNode } from "../membership/node-lease.ts";
import type { RedisKeys } from "../redis-keys.ts";

/** Seconds after which nothing that was marked on a topic waits any more: longer than departures can be held. */
const MARKED = 120;

/** What marks need of the rest of the cluster. */
export interface DepartureMarksParts {
  readonly questions: OpenQuestions;
  readonly keys: RedisKeys;
  readonly nodeId: () => string;
  /** Seconds that only grow. */
  readonly now: () => number;
  /** Whether they are at this node. */
  readonly isHere: (topic: string, subject: string) => boolean;
  /** Somebody is there whom this node alone had called gone. */
  readonly isThere: (topic: string, subject: string) => void;
}

/**
 * The marks of this node (cluster-life.ts): gives them out, notes where they are, so that another node can take them over, and takes
 * them away. What this node said by itself while Redis was away is remembered until Redis has been told, so that nothing is told twice.
 */
export class DepartureMarks {
  readonly #parts: DepartureMarksParts;
  /** Topics on which this node has marked departures -> second of the last, in this order. */
  readonly #marked = new Map<string, number>();
  /** Token and subject of departures that were told while Redis could not be asked, where its mark may still be. */
  readonly #told = new Set<string>();
  /** Topic -> subjects that this node called gone by itself. */
  readonly #alone = new Map<string, Set<string>>();
  #isOpen = false;
  #tokens = 0;
  /** Tokens up to this one may have been lost with Redis's data. */
  #unsure = 0;
  /** Departures that cannot be settled before everyone has come back to Redis; what to do when they have, or Redis goes away. */
  #postponed: { readonly settle: () => void; readonly alone: () => void }[] | undefined;

  constructor(parts: DepartureMarksParts) {
    this.#parts = parts;
  }

  /** A mark of this node. */
  mark(topic: string, subject: string): DepartureMark {
    return { topic, subject, token: this.token(topic) };
  }

  /** As `mark`, for several subjects of a topic. */
  token(topic: string): string {
    const { keys, nodeId, now, questions } = this.#parts;
    if (!this.#marked.delete(topic)) questions.tell(["SADD", keys.node(nodeId()).departed, topic]);
    this.#marked.set(topic, now());
    return `${nodeId()}:${++this.#tokens}`;
  }

  /** Whether a departure still is one; if so, it is this node's to tell, if not, `undone` is called. An empty token is for one without a mark. */
  settle({ topic, subject, token }: DepartureMark, stillSo: () => void, undone: () => void = () => {}): void {
    // Nobody can be asked: rather twice than not at all.
    const settleAlone = (): void => {
      if (this.#parts.isHere(topic, subject)) return;
      if (token !== "") this.#told.add(`${token}\n${subject}`);
      this.wentAlone(topic, subject);
      stillSo();
    };
    if (!this.#isOpen) return settleAlone();
    const isUnsure = token === "" || Number(token.slice(token.lastIndexOf(":") + 1)) <= this.#unsure;
    const settle = (): void => {
      const command = this.#settling({ topic, subject, token }, isUnsure);
      this.#parts.questions.ask(command, settleAlone, (answer) => {
        if (answer === 1) stillSo();
        else undone();
      });
    };
    if (isUnsure && this.#postponed !== undefined) this.#postponed.push({ settle, alone: settleAlone });
    else settle();
  }

  /** Somebody is gone, as this node says by itself. */
  wentAlone(topic: string, subject: string): void {
    const subjects = this.#alone.get(topic);
    if (subjects === undefined) this.#alone.set(topic, new Set([subject]));
    else subjects.add(subject);
  }

  /** Whether this node said so, and not since that they are here again. */
  isCalledGone(topic: string, subject: string): boolean {
    return this.#alone.size > 0 && this.#alone.get(topic)?.has(subject) === true;
  }

  /** They are here again. */
  cameBack(topic: string, subject: string): void {
    if (this.#alone.size > 0) this.#alone.get(topic)?.delete(subject);
  }

  /** Whether a departure has been told before, by this node alone; then its mark is taken away. */
  wasToldAlone(mark: DepartureMark, token = mark.token): boolean {
    const toldBefore = this.#told.delete(`${token}\n${mark.subject}`);
    if (this.#alone.get(mark.topic)?.delete(mark.subject) !== true && !toldBefore) return false;
    const { topic, subject } = mark;
    this.settle(mark, () => {}, () => this.#parts.isThere(topic, subject));
    return true;
  }

  /** The command that takes over a dead node's marks of a topic, with what is to be done with its answer. */
  takingOver(
    topic: string,
    node: string,
    tell: (mark: DepartureMark) => void,
  ): [RedisCommand, (answer: unknown) => void] {
    const token = this.token(topic), keys = [this.#parts.keys.life(topic).departed];
    return [{ script: TAKE_OVER, keys, args: [`${node}:`, token] }, (answer) => {
      const taken = answer as string[];
      for (let index = 0; index < taken.length; index += 2) {
        const mark = { topic, subject: taken[index]!, token };
        if (!this.wasToldAlone(mark, taken[index + 1]!)) tell(mark);
      }
    }];
  }

  /** Called once a second: forgets where nothing can be marked any more. */
  sweep(): void {
    if (!this.#isOpen) return;
    const { keys, nodeId, now, questions } = this.#parts;
    for (const [topic, second] of this.#marked) {
      if (second > now() - MARKED) return;
      this.#marked.delete(topic);
      questions.tell(["SREM", keys.node(nodeId()).departed, topic]);
    }
  }

  /** Redis knows this node now; unless it knows all nodes it has been started anew, and may have forgotten the marks. */
  open(knowsAll: boolean): void {
    this.#isOpen = true;
    if (!knowsAll) {
      this.#unsure = this.#tokens;
      this.#postponed = [];
    }
    const { keys, nodeId, questions } = this.#parts, marked = [...this.#marked.keys()];
    if (marked.length > 0) questions.tell(["SADD", keys.node(nodeId()).departed, ...marked]);
  }

  /** Redis knows all nodes again. */
  reunited(): void {
    const postponed = this.#postponed ?? [];
    this.#postponed = undefined;
    for (const { settle } of postponed) settle();
  }

  close(): void {
    this.#isOpen = false;
    const postponed = this.#postponed ?? [];
    this.#postponed = undefined;
    for (const { alone } of postponed) alone();
  }

  /** Redis knows who is there, and nothing of this node's past: who was called gone and is there has never left. */
  putRight(): void {
    const { keys, questions, isThere } = this.#parts;
    for (const [topic, subjects] of this.#alone) {
      const { departed, nodes, references } = keys.life(topic);
      for (const subject of subjects) {
        const args = [subject, userOfSubject(subject) ?? ""];
        const command = { script: IS_THERE, keys: [departed, nodes, references], args };
        // Without an answer it is asked again when Redis is back.
        questions.ask(command, () => {}, (answer) => {
          if (subjects.delete(subject) && answer === 1) isThere(topic, subject);
          if (subjects.size === 0) this.#alone.delete(topic);
        });
      }
    }
    this.#told.clear();
  }

  #settling({ topic, subject, token }: DepartureMark, isUnsure: boolean): RedisCommand {
    const { nodes, departed, references } = this.#parts.keys.life(topic);
    if (!isUnsure) return { script: SETTLE, keys: [departed], args: [subject, token] };
    return {
      script: SETTLE_UNSURE,
      keys: [departed, nodes, references],
      args: [subject, token, userOfSubject(subject) ?? "", `${processOfNode(this.#parts.nodeId())}.`],
    };
  }
}
