import type { KnownNode } from "../cluster/membership/node-lease.ts";
import type { ClusterView, KnownNodeRow, SoloNode } from "./cluster-view.ts";
import type { NodeStanding } from "./other-nodes.ts";

/** What this node knows of its cluster. */
export interface ClusterKnowledge {
  /** This node first, then the others that are alive, as they last reported themselves. */
  nodes(): readonly KnownNode[];
  /** Why this node is cut off from the cluster; `undefined` while it is not. */
  readonly trouble: string | undefined;
}

/** The view of a node in a cluster: itself as it is now, the others as they last reported. */
export function sharedClusterView(cluster: ClusterKnowledge, self: SoloNode): ClusterView {
  return {
    nodes(hub) {
      const [own, ...others] = cluster.nodes();
      const state = self.isDraining() ? "draining" : cluster.trouble === undefined ? "up" : "degraded";
      const connections = hub.connections.size;
      const { since } = self;
      const { worker } = own?.description ?? {};
      const rows: KnownNodeRow[] = [
        { id: own?.id ?? self.id, worker, address: self.address(), since, connections, state, isThis: true },
      ];
      for (const { id, description } of others) {
        if (description === undefined) continue;
        rows.push({
          id,
          worker: description.worker,
          address: description.address,
          since: description.startedAt,
          connections: description.connections[hub.application.id] ?? 0,
          state: description.isDraining ? "draining" : "up",
          isThis: false,
        });
      }
      return rows;
    },
    *others(hub): Iterable<NodeStanding> {
      const { id: application } = hub.application;
      for (const { id, description } of cluster.nodes().slice(1)) {
        if (description === undefined) continue;
        const { connections, activity, at } = description;
        yield {
          id,
          connections: connections[application] ?? 0,
          totals: activity?.[application],
          at: at ?? 0,
        };
      }
    },
  };
}
