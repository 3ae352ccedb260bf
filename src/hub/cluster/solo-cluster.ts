import type { Cluster, ClusterReceiver, Interest } from "./cluster.ts";
import type { ClusterLife, DepartureMark } from "./cluster-life.ts";

/** A node that is alone: there is nobody to tell, and nothing to wait for. */
export class SoloCluster implements Cluster {
  readonly isShared = false;
  readonly questions = undefined;
  readonly #receiver: () => ClusterReceiver;
  readonly #life: ClusterLife | undefined;

  constructor(receiver: () => ClusterReceiver, life?: ClusterLife) {
    this.#receiver = receiver;
    this.#life = life;
  }

  publish(): void {}

  publishCached(): void {}

  listen(_topic: string, _interest: Interest, ready: () => void): void {
    ready();
  }

  release(): void {}

  occupied(): void {}

  count(topic: string, subscriptions: number, summed?: (sum: number) => void): void {
    this.#receiver().counted(topic, subscriptions);
    summed?.(subscriptions);
  }

  arrive(topic: string): void {
    this.#life?.occupied(topic, false);
  }

  depart(topic: string): void {
    this.#life?.vacated(topic, undefined);
  }

  settleDeparture(_mark: DepartureMark, stillSo: () => void): void {
    stillSo();
  }

  noteMiss(_topic: string, first: () => void): void {
    first();
  }

  answered(): Promise<void> {
    return Promise.resolve();
  }

  connected(): void {}

  admit(
    _applicationId: string,
    connections: number,
    limit: number,
    decide: (admitted: boolean) => void,
  ): void {
    decide(connections <= limit);
  }

  terminate(): void {}
}
