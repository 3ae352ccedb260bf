import type { ClusterCensus } from "./cluster-census.ts";
import type { ClusterEvents } from "./cluster-events.ts";
import type { ClusterInterest } from "./cluster-interest.ts";
import type { ClusterLoad } from "./cluster-load.ts";
import type { ClusterOccupancy } from "./cluster-occupancy.ts";
import type { ClusterQuota } from "./cluster-quota.ts";
import type { ClusterReports, ReportReceiver } from "./cluster-reports.ts";
import type { ClusterUsers } from "./cluster-users.ts";
import type { Cluster, ClusterReceiver } from "./cluster.ts";

/** A node that is alone: what the other nodes would decide it decides at once. */
export class SoloCluster implements Cluster {
  readonly isShared = false;
  readonly patience = 1000;
  readonly questions = undefined;
  readonly attempts = undefined;
  readonly claims = undefined;
  readonly log = undefined;
  readonly events: ClusterEvents = { publish() {}, publishCached() {}, confirmed: () => undefined };
  readonly interest: ClusterInterest = { listen: (_topic, _interest, ready) => ready(), release() {} };
  readonly census: ClusterCensus;
  readonly quota: ClusterQuota = {
    admit: (_applicationId, connections, limit, decide) => decide(connections <= limit),
  };
  readonly occupancy: ClusterOccupancy;
  readonly reports: ClusterReports = {
    confirmDeparture: (_mark, stillSo) => stillSo(),
    noteMiss: (_topic, first) => first(),
    answered: () => Promise.resolve(),
  };
  readonly users: ClusterUsers = { terminate() {}, unsubscribe() {}, close() {} };
  readonly load: ClusterLoad = { take: () => true, note: () => {} };

  /** `reports` hears what this node reports to applications; none where a test reports nothing. */
  constructor(receiver: () => ClusterReceiver, reports?: ReportReceiver) {
    this.census = {
      setSubscriptions() {},
      setConnections() {},
      announceSubscriptions(topic, subscriptions, summed) {
        receiver().counted(topic, subscriptions);
        summed?.(subscriptions);
      },
    };
    this.occupancy = {
      firstSubscribed: (topic, cause) => reports?.occupied(topic, false, cause),
      lastUnsubscribed: (topic, cause) => reports?.vacated(topic, undefined, cause),
    };
  }
}
