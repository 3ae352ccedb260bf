import type { Cluster, ClusterReceiver, Interest } from "./cluster.ts";

/** A node that is alone: there is nobody to tell, and nothing to wait for. */
export class SoloCluster implements Cluster {
  readonly isShared = false;
  readonly questions = undefined;
  readonly #receiver: () => ClusterReceiver;

  constructor(receiver: () => ClusterReceiver) {
    this.#receiver = receiver;
  }

  publish(): void {}

  publishCached(): void {}

  listen(_topic: string, _interest: Interest, ready: () => void): void {
    ready();
  }

  release(): void {}

  occupied(): void {}

  count(topic: string, subscriptions: number): void {
    this.#receiver().counted(topic, subscriptions);
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
