import type { Cause } from "../../hub/application-reports.ts";
import type { ClusterOccupancy } from "../../hub/cluster/cluster-occupancy.ts";
import type { ReportReceiver } from "../../hub/cluster/cluster-reports.ts";
import { type DepartureMark, VACANT } from "../../hub/cluster/departure-mark.ts";
import type { RedisCommand } from "../../redis/redis-link.ts";
import type { CommandBatch } from "../command-batch.ts";
import type { RedisKeys } from "../redis-keys.ts";
import type { DepartureMarks } from "./departure-marks.ts";
import { ADD_NODE, BRING_NODE, REMOVE_NODE } from "./departure-scripts.ts";
import type { PendingAnswers } from "./pending-answers.ts";

/** What occupancy needs of the rest of the cluster. */
export interface SharedOccupancyParts {
  readonly batch: Pick<CommandBatch, "later">;
  readonly answers: PendingAnswers;
  readonly marks: DepartureMarks;
  readonly keys: RedisKeys;
  readonly nodeId: () => string;
  readonly receiver: ReportReceiver;
  /** Whether Redis knows all nodes. */
  readonly knowsAll: () => boolean;
}

/**
 * Asks Redis whether this node's first subscription to a channel is the first of all nodes, and its last the last of all. It asks at the
 * end of a turn: a channel that was subscribed to and left within it, or the other way round, has not changed.
 */
export class SharedOccupancy implements ClusterOccupancy {
  readonly #parts: SharedOccupancyParts;
  /** Topics with a subscription on this node. */
  readonly #topics = new Set<string>();
  /** Topics that have changed in this turn -> the connection that has changed it last. */
  readonly #changed = new Map<string, Cause | undefined>();
  /** Topics that this node was the first to bring to a Redis that does not know all nodes -> the connection that has done it. */
  readonly #perhapsFirst = new Map<string, Cause | undefined>();
  /** Topics of which Redis was asked whether this node's subscription is the first. */
  readonly #asked = new Set<string>();
  /** Topics that this node has come to while Redis did not know all nodes: that it has them does not say that they were there before. */
  readonly #new = new Set<string>();
  /** Topics of which Redis was asked by an earlier stay that got no answer: the question may have arrived all the same, and late. */
  readonly #unanswered = new Set<string>();
  #isOpen = false;

  constructor(parts: SharedOccupancyParts) {
    this.#parts = parts;
  }

  firstSubscribed(topic: string, cause?: Cause): void {
    this.#topics.add(topic);
    if (this.#isOpen) this.#change(topic, cause);
    else this.#occupied(topic, false, cause);
  }

  lastUnsubscribed(topic: string, cause?: Cause): void {
    this.#topics.delete(topic);
    this.#new.delete(topic);
    this.#unanswered.delete(topic);
    if (this.#isOpen) this.#change(topic, cause);
    else this.#vacatedAlone(topic, cause);
  }

  /** This node is enrolled; `former` are earlier stays of it. */
  open(former: readonly string[]): void {
    this.#isOpen = true;
    this.#changed.clear();
    this.#bring([...this.#topics], former);
  }

  /** Redis has lost its data, and this node was there all along. */
  writeAgain(): void {
    this.#bring([...this.#topics].filter((topic) => !this.#changed.has(topic)), []);
  }

  /** Redis knows all nodes again. */
  reunited(): void {
    const first = [...this.#perhapsFirst];
    this.#perhapsFirst.clear();
    this.#new.clear();
    for (const [topic, cause] of first) this.#askIfOccupiedBefore(topic, cause);
  }

  /** Redis is away, or this node is not enrolled: it decides alone. MUST be called after what waits for an answer was decided. */
  close(): void {
    this.#isOpen = false;
    for (const topic of this.#asked) this.#unanswered.add(topic);
    this.#asked.clear();
    this.#new.clear();
    const first = [...this.#perhapsFirst], changed = [...this.#changed];
    this.#perhapsFirst.clear();
    for (const [topic, cause] of first) this.#occupied(topic, false, cause);
    this.#changed.clear();
    for (const [topic, cause] of changed) {
      if (this.#topics.has(topic)) this.#occupied(topic, false, cause);
      else this.#vacatedAlone(topic, cause);
    }
  }

  #change(topic: string, cause: Cause | undefined): void {
    // Back to what Redis knows.
    if (this.#changed.delete(topic)) return;
    if (this.#changed.size === 0) this.#parts.batch.later(() => this.#ask());
    this.#changed.set(topic, cause);
  }

  #ask(): void {
    const { keys, nodeId, marks, answers } = this.#parts, { occupied } = keys.node(nodeId());
    const added: [topic: string, cause: Cause | undefined][] = [], removed: typeof added = [];
    for (const change of this.#changed) (this.#topics.has(change[0]) ? added : removed).push(change);
    this.#changed.clear();
    const before = added.map(([topic]) => marks.topics.vacancyOf(topic));
    // Redis is to know on which topics this node may have a subscription, or a mark, before it has one: a survivor clears up by that.
    answers.sendMembers("SADD", occupied, added.map(([topic]) => topic));
    for (const [index, [topic, cause]] of added.entries()) this.#askIfFirst(topic, before[index], cause);
    for (const [index, mark] of marks.vacancies(removed.map(([topic]) => topic)).entries()) {
      this.#askIfLast(mark, removed[index]?.[1]);
    }
    answers.sendMembers("SREM", occupied, removed.map(([topic]) => topic));
  }

  /** `before` is the token of a mark that was there. */
  #askIfFirst(topic: string, before: string | undefined, cause: Cause | undefined): void {
    const { answers, marks, knowsAll } = this.#parts, wasSure = knowsAll();
    // Without an answer this counts as the first subscription of all nodes: where another node has reported an earlier departure of the
    // channel, this is the only report that it is occupied again. Rather twice than never. It also counts when it ends before the answer.
    const occupied = (): void => this.#occupied(topic, true, cause);
    const perhaps = (): void => {
      this.#asked.delete(topic);
      this.#perhapsFirst.set(topic, cause);
    };
    this.#asked.add(topic);
    answers.ask(this.#addition(topic, []), occupied, (answer) => {
      this.#asked.delete(topic);
      if (!knowsAll()) this.#new.add(topic);
      // It has taken the mark of an earlier departure away.
      marks.topics.settled(topic, before);
      if (answer !== 1) return;
      if (!knowsAll()) perhaps();
      else if (wasSure) occupied();
      else this.#askIfOccupiedBefore(topic, cause);
    }, perhaps);
  }

  #askIfLast(mark: DepartureMark, cause: Cause | undefined): void {
    const { keys, nodeId, receiver, marks, answers, knowsAll } = this.#parts, { topic, token } = mark;
    const wasSure = knowsAll(), unsure = (): void => receiver.vacated(topic, { ...mark, token: "" }, cause);
    const { nodes, departed } = keys.reports(topic);
    const command = { script: REMOVE_NODE, keys: [nodes, departed], args: [nodeId(), token] };
    answers.ask(command, () => this.#vacatedAlone(topic, cause), (answer) => {
      // That it was occupied has not been reported, so this is not either.
      if (answer === 1 && this.#perhapsFirst.delete(topic)) return marks.confirm(mark, () => {});
      if (answer === 1) return receiver.vacated(topic, mark, cause);
      marks.topics.settled(topic, token);
      // Where another node has a subscription, that one reports its end. Where Redis has lost that this node had one, it is not known
      // before all are back whether others have: without a token that is asked then.
      if (answer !== 0 && !(wasSure && knowsAll())) unsure();
    }, unsure);
  }

  /** Whether a node had the topic before Redis has lost its data: then it was occupied all along. */
  #askIfOccupiedBefore(topic: string, cause: Cause | undefined): void {
    const { keys, answers } = this.#parts;
    // Not agreed: a departure that waits to be reported here is undone by it.
    const occupied = (): void => this.#occupied(topic, false, cause);
    answers.ask(["EXISTS", keys.reports(topic).occupied], occupied, (answer) => {
      if (answer === 0) occupied();
    });
  }

  #vacatedAlone(topic: string, cause: Cause | undefined): void {
    const { marks, receiver } = this.#parts;
    if (this.#topics.has(topic) || marks.isDepartedAlone(topic, VACANT)) return;
    marks.departedAlone(topic, VACANT);
    receiver.vacated(topic, undefined, cause);
  }

  #occupied(topic: string, isAgreed: boolean, cause?: Cause): void {
    this.#parts.marks.returned(topic, VACANT);
    this.#parts.receiver.occupied(topic, isAgreed, cause);
  }

  /** Writes again which topics this node has. */
  #bring(topics: readonly string[], former: readonly string[]): void {
    const { keys, nodeId, answers, knowsAll } = this.#parts, wasSure = knowsAll();
    answers.sendMembers("SADD", keys.node(nodeId()).occupied, topics);
    for (const topic of topics) {
      // A topic that may be new is not known to have been occupied all along.
      const mayBeNew = this.#asked.has(topic) || this.#perhapsFirst.has(topic) || this.#new.has(topic);
      const { nodes, departed, occupied } = keys.reports(topic);
      if (!knowsAll() && !mayBeNew) {
        const command = {
          script: BRING_NODE,
          keys: [nodes, departed, occupied],
          args: [nodeId(), ...former],
        };
        answers.send(command, (answer) => {
          // The others have reported that it is vacated.
          if (answer === 1) this.#occupied(topic, true);
        });
        continue;
      }
      // What an earlier stay had asked may have come after the others had given it up: then it says nothing that the node is known.
      const isUnanswered = this.#unanswered.has(topic) && former.length > 0;
      if (isUnanswered) answers.send(["SREM", nodes, ...former]);
      answers.send(this.#addition(topic, isUnanswered ? [] : former), (answer) => {
        this.#unanswered.delete(topic);
        // This node has reported it before. But the others may have taken this node for dead, and reported since that it is vacated.
        if (answer === 1 && wasSure && knowsAll()) this.#occupied(topic, true);
      });
    }
  }

  #addition(topic: string, former: readonly string[]): RedisCommand {
    const { keys, nodeId } = this.#parts, { nodes, departed } = keys.reports(topic);
    return { script: ADD_NODE, keys: [nodes, departed], args: [nodeId(), ...former] };
  }
}
