import type { ApplicationReports, Cause } from "./application-reports.ts";
import { partsOfTopic } from "./channels/topic.ts";
import type { ReportReceiver } from "./cluster/cluster-reports.ts";
import type { DepartureMark } from "./cluster/departure-mark.ts";
import type { HubRegistry } from "./hub-registry.ts";

/** Brings what this node reports for the cluster to the reports of the application that it concerns. */
export class ReportsFromCluster implements ReportReceiver {
  readonly #hubs: () => Pick<HubRegistry, "byId">;

  constructor(hubs: () => Pick<HubRegistry, "byId">) {
    this.#hubs = hubs;
  }

  wants(topic: string): boolean {
    const { reports, channel } = this.#find(topic);
    return reports !== undefined && channel !== undefined;
  }

  isHere(topic: string, userId: string | undefined): boolean {
    const { applicationId, channel } = partsOfTopic(topic);
    return channel !== undefined && this.#hubs().byId(applicationId)?.isHere(channel, userId) === true;
  }

  occupied(topic: string, isAgreed: boolean, cause?: Cause): void {
    const { reports, channel } = this.#find(topic);
    if (channel !== undefined) reports?.occupied(channel, isAgreed, cause);
  }

  vacated(topic: string, mark: DepartureMark | undefined, cause?: Cause): void {
    const { reports, channel } = this.#find(topic);
    if (channel !== undefined) reports?.vacated(channel, mark, cause);
  }

  memberAdded(topic: string, userId: string): void {
    const { reports, channel } = this.#find(topic);
    if (channel !== undefined) reports?.memberAdded(channel, userId, false);
  }

  memberRemoved(topic: string, userId: string, mark: DepartureMark | undefined): void {
    const { reports, channel } = this.#find(topic);
    if (channel !== undefined) reports?.memberRemoved(channel, userId, mark);
  }

  counted(topic: string, subscriptions: number): void {
    const { reports, channel } = this.#find(topic);
    if (channel !== undefined && reports?.kinds.counts === true) {
      reports.counted(channel, subscriptions, undefined);
    }
  }

  #find(
    topic: string,
  ): { readonly reports: ApplicationReports | undefined; readonly channel: string | undefined } {
    const { applicationId, channel } = partsOfTopic(topic);
    return { reports: this.#hubs().byId(applicationId)?.reports, channel };
  }
}
