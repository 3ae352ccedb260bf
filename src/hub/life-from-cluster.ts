import { partsOfTopic } from "./channels/topic.ts";
import type { ReportReceiver } from "./cluster/cluster-reports.ts";
import type { DepartureMark } from "./cluster/departure-mark.ts";
import type { ApplicationLife } from "./application-life.ts";
import type { HubRegistry } from "./hub-registry.ts";

/** Brings what the cluster has found out to the application that it concerns. */
export class LifeFromCluster implements ReportReceiver {
  readonly #hubs: () => Pick<HubRegistry, "byId">;

  constructor(hubs: () => Pick<HubRegistry, "byId">) {
    this.#hubs = hubs;
  }

  wants(topic: string): boolean {
    const { life, channel } = this.#find(topic);
    return life !== undefined && channel !== undefined;
  }

  isHere(topic: string, userId: string | undefined): boolean {
    const { applicationId, channel } = partsOfTopic(topic);
    return channel !== undefined && this.#hubs().byId(applicationId)?.isHere(channel, userId) === true;
  }

  occupied(topic: string, isAgreed: boolean): void {
    const { life, channel } = this.#find(topic);
    if (channel !== undefined) life?.occupied(channel, isAgreed);
  }

  vacated(topic: string, mark: DepartureMark | undefined): void {
    const { life, channel } = this.#find(topic);
    if (channel !== undefined) life?.vacated(channel, mark);
  }

  memberAdded(topic: string, userId: string): void {
    const { life, channel } = this.#find(topic);
    if (channel !== undefined) life?.memberAdded(channel, userId, false);
  }

  memberRemoved(topic: string, userId: string, mark: DepartureMark | undefined): void {
    const { life, channel } = this.#find(topic);
    if (channel !== undefined) life?.memberRemoved(channel, userId, mark);
  }

  counted(topic: string, subscriptions: number): void {
    const { life, channel } = this.#find(topic);
    if (channel !== undefined && life?.interests.counts === true) life.counted(channel, subscriptions);
  }

  #find(
    topic: string,
  ): { readonly life: ApplicationLife | undefined; readonly channel: string | undefined } {
    const { applicationId, channel } = partsOfTopic(topic);
    return { life: this.#hubs().byId(applicationId)?.life, channel };
  }
}
