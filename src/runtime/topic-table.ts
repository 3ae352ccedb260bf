/** One that is subscribed to topics. */
export interface TopicSubscriber {
  /** MUST neither throw nor change the subscribers of a topic before it returns: it is called inside a loop over them. */
  send(frame: string): void;
}

/**
 * The subscribers of each topic, for runtimes without native pub/sub: a publish is a loop. A subscriber MUST leave its topics
 * when it closes; a topic without subscribers takes no memory.
 */
export class TopicTable<Subscriber extends TopicSubscriber> {
  readonly #topics = new Map<string, Set<Subscriber>>();

  /** How many topics have subscribers. */
  get size(): number {
    return this.#topics.size;
  }

  /** Does nothing when it is on the topic already. */
  subscribe(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#topics.get(topic);
    if (subscribers === undefined) this.#topics.set(topic, new Set([subscriber]));
    else subscribers.add(subscriber);
  }

  /** Does nothing when it is not on the topic. */
  unsubscribe(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#topics.get(topic);
    if (subscribers?.delete(subscriber) && subscribers.size === 0) this.#topics.delete(topic);
  }

  /** How many are on the topic. */
  count(topic: string): number {
    return this.#topics.get(topic)?.size ?? 0;
  }

  /** Sends one frame, encoded by the caller, to every subscriber of the topic but `except`, which need not be one. */
  publish(topic: string, frame: string, except?: Subscriber): void {
    const subscribers = this.#topics.get(topic);
    if (subscribers === undefined) return;
    for (const subscriber of subscribers) {
      if (subscriber !== except) subscriber.send(frame);
    }
  }
}
