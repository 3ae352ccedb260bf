/** Somebody on a topic. */
export interface TopicSubscriber {
  /** MUST neither throw nor change who is on a topic before it returns: it is called inside a loop over them. */
  send(frame: string): void;
}

/**
 * Who is on which topic, for runtimes without native pub/sub: a publish is a loop. Every subscriber MUST leave its topics
 * when it closes; a topic that nobody is on takes no memory.
 */
export class TopicTable<Subscriber extends TopicSubscriber> {
  readonly #topics = new Map<string, Set<Subscriber>>();

  /** How many topics somebody is on. */
  get size(): number {
    return this.#topics.size;
  }

  /** Harmless when it is on the topic already. */
  subscribe(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#topics.get(topic);
    if (subscribers === undefined) this.#topics.set(topic, new Set([subscriber]));
    else subscribers.add(subscriber);
  }

  /** Harmless when it is not on the topic. */
  unsubscribe(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#topics.get(topic);
    if (subscribers?.delete(subscriber) && subscribers.size === 0) this.#topics.delete(topic);
  }

  /** How many are on the topic. */
  count(topic: string): number {
    return this.#topics.get(topic)?.size ?? 0;
  }

  /** Sends one frame, encoded by the caller, to everyone on the topic but `except`, who need not be on it. */
  publish(topic: string, frame: string, except?: Subscriber): void {
    const subscribers = this.#topics.get(topic);
    if (subscribers === undefined) return;
    for (const subscriber of subscribers) {
      if (subscriber !== except) subscriber.send(frame);
    }
  }
}
