import { type DepartureMark, userOfSubject, VACANT } from "../../hub/cluster/departure-mark.ts";
import type { RedisCommand } from "../../redis/redis-link.ts";
import { processOfNode } from "../membership/node-lease.ts";
import { AbsentSubjects } from "./absent-subjects.ts";
import { CONFIRM, CONFIRM_UNSURE, IS_PRESENT, TAKE_OVER } from "./departure-scripts.ts";
import { MarkedTopics, type MarkedTopicsParts } from "./marked-topics.ts";
import type { PendingAnswers } from "./pending-answers.ts";

/** What marks need of the rest of the cluster. */
export interface DepartureMarksParts extends MarkedTopicsParts {
  readonly answers: PendingAnswers;
  /** Whether Redis knows all nodes; where it does not, `reunited` is called when it does. */
  readonly knowsAll: () => boolean;
  /** Whether the subject's channel is occupied, or its user present, on this node. */
  readonly isHere: (topic: string, subject: string) => boolean;
  /** Called when a channel is occupied, or a user present, whose departure this node alone has reported. */
  readonly isPresent: (topic: string, subject: string) => void;
}

/** A confirmation that waits until all nodes have come back to Redis. */
interface Postponed {
  readonly ask: () => void;
  readonly confirmAlone: () => void;
}

/**
 * The marks of this node (departure-mark.ts): makes their tokens, notes on which topics they are, so that another node can take them
 * over, and takes them away. Departures that this node has reported alone while Redis was away are remembered until Redis knows of
 * them, so that they are not reported again.
 */
export class DepartureMarks {
  /** The topics on which this node may have marks. */
  readonly topics: MarkedTopics;
  readonly #parts: DepartureMarksParts;
  /** Token and subject of departures that were reported while Redis was away, where their mark may still be. */
  readonly #reported = new Set<string>();
  /** Topic -> subjects whose departure this node has reported alone. */
  readonly #alone = new Map<string, Set<string>>();
  readonly #absent: AbsentSubjects;
  /** Whether Redis may have lost its data, so that a node which comes late brings back what Redis does not know. */
  #mayComeLate = false;
  #isOpen = false;
  #tokens = 0;
  /** Marks with a token up to this number may have been lost with Redis's data. */
  #unsure = 0;
  /** `undefined` while Redis knows all nodes. */
  #postponed: Postponed[] | undefined;

  constructor(parts: DepartureMarksParts) {
    this.#parts = parts;
    this.topics = new MarkedTopics(parts);
    this.#absent = new AbsentSubjects(parts.now);
  }

  /** New marks of this node that channels were vacated. `topics.settled` MUST be called for each once it is known to be gone. */
  vacancies(topics: readonly string[]): readonly DepartureMark[] {
    const marks = topics.map((topic) => ({ topic, subject: VACANT, token: this.#newToken() }));
    this.topics.addVacancies(marks);
    return marks;
  }

  /** A token for marks of several subjects of a topic. */
  token(topic: string): string {
    this.topics.add(topic);
    return this.#newToken();
  }

  /**
   * Takes a mark away. `stillSo` is called when the departure holds, which makes it this node's to report, and `undone` when it does
   * not. A mark with an empty token is none: the departure was noticed while Redis was away.
   */
  confirm(
    { topic, subject, token }: DepartureMark,
    stillSo: (wasCorrected: boolean) => void,
    undone: () => void = () => {},
  ): void {
    // Redis cannot be asked: the departure is rather reported twice than never. Where the channel or the user is back here, another node
    // may have undone the departure, and then reported nothing: so `undone` is called.
    const confirmAlone = (): void => {
      if (this.#parts.isHere(topic, subject)) return undone();
      if (token !== "") this.#reported.add(`${token}\n${subject}`);
      this.departedAlone(topic, subject);
      stillSo(false);
    };
    if (!this.#isOpen) return confirmAlone();
    const isUnsure = token === "" || Number(token.slice(token.lastIndexOf(":") + 1)) <= this.#unsure;
    const ask = (): void => {
      const command = this.#confirmation({ topic, subject, token }, isUnsure);
      this.#parts.answers.ask(command, confirmAlone, (answer) => {
        this.topics.settled(topic, token);
        if (answer === 0) undone();
        else stillSo(answer === 2);
      }, () => this.confirm({ topic, subject, token: "" }, stillSo, undone));
    };
    if (this.#parts.knowsAll() && (!isUnsure || this.#postponed === undefined)) return ask();
    (this.#postponed ??= []).push({ ask, confirmAlone });
  }

  /** This node has reported a departure alone. */
  departedAlone(topic: string, subject: string): void {
    const subjects = this.#alone.get(topic);
    if (subjects === undefined) this.#alone.set(topic, new Set([subject]));
    else subjects.add(subject);
  }

  /** Whether this node has reported the departure alone, and not since that the channel or the user is back. */
  isDepartedAlone(topic: string, subject: string): boolean {
    return this.#alone.size > 0 && this.#alone.get(topic)?.has(subject) === true;
  }

  /** It was reported that the channel is occupied again, or the user present. */
  returned(topic: string, subject: string): void {
    if (this.#alone.size > 0) this.#alone.get(topic)?.delete(subject);
    this.#absent.forget(topic, subject);
  }

  /**
   * Reports a departure that Redis has brought about, unless this node has reported it alone before; then its mark is taken away. Where
   * another node has reported meanwhile that the channel is occupied or the user present, it is reported again.
   */
  departed(mark: DepartureMark, report: (mark: DepartureMark) => void, token = mark.token): void {
    const { topic, subject } = mark, wasConfirmed = this.#reported.delete(`${token}\n${subject}`);
    if (!this.isDepartedAlone(topic, subject) && !wasConfirmed) return report(mark);
    // While nodes are on their way back to Redis one of them may bring the subject again: `correct` asks for it after that.
    if (this.#parts.knowsAll()) this.#alone.get(topic)?.delete(subject);
    this.confirm(mark, (wasCorrected) => {
      if (wasCorrected) report({ topic, subject, token: "" });
    }, () => {
      if (this.#parts.isHere(topic, subject)) return this.#parts.isPresent(topic, subject);
      // The mark is gone: the subject is back, or this node has taken it away by what it has confirmed without a mark.
      const unknown = (): void => this.departedAlone(topic, subject);
      this.#askIfPresent(
        topic,
        subject,
        (isThere) => isThere && this.#parts.isPresent(topic, subject),
        unknown,
      );
    });
  }

  /** The command that takes over a dead node's marks of a topic, with what is to be done with its answer. */
  takingOver(
    topic: string,
    node: string,
    report: (mark: DepartureMark) => void,
  ): [RedisCommand, (answer: unknown) => void] {
    const token = this.token(topic), keys = [this.#parts.keys.reports(topic).departed];
    return [{ script: TAKE_OVER, keys, args: [`${node}:`, token] }, (answer) => {
      const taken = answer as string[];
      for (let index = 0; index < taken.length; index += 2) {
        const mark = { topic, subject: taken[index]!, token };
        this.departed(mark, report, taken[index + 1]!);
      }
    }];
  }

  /** This node is enrolled. Unless Redis knows all nodes it was started anew, and may have lost the marks. */
  open(knowsAll: boolean): void {
    this.#isOpen = true;
    this.#mayComeLate = !knowsAll;
    if (!knowsAll) {
      this.#unsure = this.#tokens;
      this.#postponed ??= [];
    }
    this.topics.open();
  }

  /** Redis knows all nodes again. */
  reunited(): void {
    for (const { ask } of this.#takePostponed()) ask();
  }

  /** Redis is away, or this node is not enrolled. */
  close(): void {
    this.#isOpen = false;
    this.topics.close();
    for (const { confirmAlone } of this.#takePostponed()) confirmAlone();
  }

  /**
   * Redis knows all nodes, and nothing is left of this node's former stays. Channels and users whose departure this node has reported
   * alone, and which are occupied or present all the same, are reported again.
   */
  correct(): void {
    for (const [topic, subjects] of this.#alone) {
      for (const subject of subjects) {
        this.#askIfPresent(topic, subject, (isThere) => {
          if (subjects.delete(subject)) {
            if (isThere) this.#parts.isPresent(topic, subject);
            else if (this.#mayComeLate) this.#absent.note(topic, subject);
          }
          if (subjects.size === 0) this.#alone.delete(topic);
        });
      }
    }
    this.#reported.clear();
  }

  /** Another node has written all that it has: perhaps what this node has reported as gone, and has not found since. */
  nodeIsBack(): void {
    if (!this.#isOpen) return;
    for (const each of this.#absent.current()) {
      const { topic, subject } = each;
      this.#askIfPresent(topic, subject, (isThere) => {
        if (!isThere || !this.#absent.has(each)) return;
        this.#absent.forget(topic, subject);
        this.#parts.isPresent(topic, subject);
      });
    }
  }

  #askIfPresent(
    topic: string,
    subject: string,
    answered: (isThere: boolean) => void,
    unknown = (): void => {},
  ): void {
    const { keys, answers } = this.#parts, { departed, nodes, references } = keys.reports(topic);
    const node = this.#parts.nodeId(), own = `${processOfNode(node)}.`;
    const args = [subject, userOfSubject(subject) ?? "", own, `${node}:`];
    const command = { script: IS_PRESENT, keys: [departed, nodes, references], args };
    // Without an answer `correct` asks again when Redis is back.
    answers.ask(command, unknown, (answer) => answered(answer === 1));
  }

  #newToken(): string {
    return `${this.#parts.nodeId()}:${++this.#tokens}`;
  }

  #takePostponed(): readonly Postponed[] {
    const postponed = this.#postponed ?? [];
    this.#postponed = undefined;
    return postponed;
  }

  #confirmation({ topic, subject, token }: DepartureMark, isUnsure: boolean): RedisCommand {
    const { nodes, departed, references } = this.#parts.keys.reports(topic);
    if (!isUnsure) return { script: CONFIRM, keys: [departed], args: [subject, token] };
    return {
      script: CONFIRM_UNSURE,
      keys: [departed, nodes, references],
      args: [subject, token, userOfSubject(subject) ?? "", `${processOfNode(this.#parts.nodeId())}.`],
    };
  }
}
