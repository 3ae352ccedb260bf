import type { Cause } from "../../hub/application-reports.ts";
import type { ClusterOccupancy } from "../../hub/cluster/cluster-occupancy.ts";
import type { ReportReceiver } from "../../hub/cluster/cluster-reports.ts";
import { VACANT } from "../../hub/cluster/departure-mark.ts";
import type { RedisCommand } from "../../redis/redis-link.ts";
import type { RedisKeys } from "../redis-keys.ts";
import type { DepartureMarks } from "./departure-marks.ts";
import { ADD_NODE, REMOVE_NODE } from "./departure-scripts.ts";
import type { PendingAnswers } from "./pending-answers.ts";

/** What occupancy needs of the rest of the cluster. */
export interface SharedOccupancyParts {
  readonly answers: PendingAnswers;
  readonly marks: DepartureMarks;
  readonly keys: RedisKeys;
  readonly nodeId: () => string;
  readonly receiver: ReportReceiver;
}

/** Asks Redis whether this node's first subscription to a channel is the first of all nodes, and its last the last of all. */
export class SharedOccupancy implements ClusterOccupancy {
  readonly #parts: SharedOccupancyParts;
  /** Topics with a subscription on this node. */
  readonly #topics = new Set<string>();
  #isOpen = false;

  constructor(parts: SharedOccupancyParts) {
    this.#parts = parts;
  }

  firstSubscribed(topic: string, cause?: Cause): void {
    this.#topics.add(topic);
    if (!this.#isOpen) return this.#occupied(topic, false, cause);
    this.#note(topic);
    // Without an answer this counts as the first subscription of all nodes: where another node has reported an earlier departure of the
    // channel, this is the only report that it is occupied again. Rather twice than never. It also counts when it ends before the answer.
    const occupied = (): void => this.#occupied(topic, true, cause);
    this.#parts.answers.ask(this.#addition(topic, []), occupied, (answer) => {
      if (answer === 1) occupied();
    });
  }

  lastUnsubscribed(topic: string, cause?: Cause): void {
    this.#topics.delete(topic);
    const { keys, nodeId, receiver, marks, answers } = this.#parts;
    const departedAlone = (): void => {
      if (this.#topics.has(topic) || marks.isDepartedAlone(topic, VACANT)) return;
      marks.departedAlone(topic, VACANT);
      receiver.vacated(topic, undefined, cause);
    };
    if (!this.#isOpen) return departedAlone();
    const mark = marks.mark(topic, VACANT), { nodes, departed } = keys.reports(topic);
    const command = { script: REMOVE_NODE, keys: [nodes, departed], args: [nodeId(), mark.token] };
    answers.ask(command, departedAlone, (answer) => {
      if (answer === 1) receiver.vacated(topic, mark, cause);
    });
    answers.send(["SREM", keys.node(nodeId()).occupied, topic]);
  }

  /** This node is enrolled; `former` are earlier stays of it, `knowsAll` is whether Redis still knows the other nodes. */
  open(former: readonly string[], knowsAll: boolean): void {
    this.#isOpen = true;
    for (const topic of this.#topics) {
      this.#note(topic);
      this.#parts.answers.send(this.#addition(topic, former), (answer) => {
        // This node has reported it before. But the others may have taken this node for dead, and reported since that it is vacated.
        if (answer === 1 && knowsAll) this.#occupied(topic, true);
      });
    }
  }

  /** Redis is away, or this node is not enrolled: it decides alone. */
  close(): void {
    this.#isOpen = false;
  }

  #occupied(topic: string, isAgreed: boolean, cause?: Cause): void {
    this.#parts.marks.returned(topic, VACANT);
    this.#parts.receiver.occupied(topic, isAgreed, cause);
  }

  /** Redis is to know on which topics this node may have a subscription before it has one: a survivor clears up by that list. */
  #note(topic: string): void {
    const { keys, nodeId, answers } = this.#parts;
    answers.send(["SADD", keys.node(nodeId()).occupied, topic]);
  }

  #addition(topic: string, former: readonly string[]): RedisCommand {
    const { keys, nodeId } = this.#parts, { nodes, departed } = keys.reports(topic);
    return { script: ADD_NODE, keys: [nodes, departed], args: [nodeId(), ...former] };
  }
}
