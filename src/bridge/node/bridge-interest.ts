import type { ClusterInterest, Interest } from "../../hub/cluster/cluster-interest.ts";
import type { ClusterReceiver } from "../../hub/cluster/cluster.ts";
import type { CrossingEvent } from "../calls.ts";
import { BridgePresence, type BridgePresenceParts } from "./bridge-presence.ts";

/** What interest needs of the rest of the node. */
export interface BridgeInterestParts extends Omit<BridgePresenceParts, "topic" | "presence"> {
  readonly receiver: () => ClusterReceiver;
}

/** One topic that this node listens to. */
interface Listening {
  readonly presence: BridgePresence | undefined;
  /** This node's own cached events that have not come back through the owner, which has the order of all. */
  awaited: number;
}

/** The topics to which this node listens during one stay. */
export class BridgeInterest implements ClusterInterest {
  readonly #parts: BridgeInterestParts;
  readonly #topics = new Map<string, Listening>();

  constructor(parts: BridgeInterestParts) {
    this.#parts = parts;
  }

  listen(topic: string, { presence, cached }: Interest, ready: () => void): void {
    const keeper = presence && new BridgePresence({ ...this.#parts, topic, presence });
    const listening: Listening = { presence: keeper, awaited: 0 };
    this.#topics.set(topic, listening);
    const holds = (keeper?.first ?? []).map(({ data }) => [data.userId, data.json] as const);
    const question = ["listen", topic, cached === true, holds, presence?.isReported === true] as const;
    this.#parts.link.ask(question, (known) => {
      // It may have been released since.
      if (this.#topics.get(topic) !== listening) return;
      if (cached === true && listening.awaited === 0) {
        this.#parts.receiver().cached(topic, known.event ?? undefined);
      }
      keeper?.known(known);
      ready();
    }, () => {
      keeper?.knownAlone();
      ready();
    });
  }

  release(topic: string): void {
    if (this.#topics.delete(topic)) this.#parts.link.tell("release", topic);
  }

  presenceOf(topic: string): BridgePresence | undefined {
    return this.#topics.get(topic)?.presence;
  }

  /** This node publishes an event that is kept. Until it comes back it is the last one here: for the owner it follows on what comes before it. */
  awaitEvent(topic: string): void {
    const listening = this.#topics.get(topic);
    if (listening !== undefined) listening.awaited++;
  }

  /** An event has come, of another node, or an own one that is kept. */
  event([topic, frame, except, kept]: CrossingEvent): void {
    const listening = this.#topics.get(topic);
    if (listening === undefined) return;
    const receiver = this.#parts.receiver();
    if (kept !== "own") receiver.event(topic, frame, except ?? undefined);
    else if (listening.awaited > 0) listening.awaited--;
    if (kept !== "" && listening.awaited === 0) receiver.cached(topic, frame);
  }

  /** The owner decides no longer. */
  part(): void {
    for (const { presence } of this.#topics.values()) if (presence !== undefined) presence.decides = false;
  }
}
