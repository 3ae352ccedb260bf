import type { Hub } from "../hub/hub.ts";
import type { NodeStanding } from "./other-nodes.ts";
import type { NodeRow } from "./wire.ts";

/** What the dashboard can see of the cluster. */
export interface ClusterView {
  /** Every node that is known, this one included. Answers at once with what was heard last. */
  nodes(hub: Hub): readonly KnownNodeRow[];
  /** What the others last said of an application. */
  others(hub: Hub): Iterable<NodeStanding>;
}

/** A node without what goes on there, which the figures know. */
export type KnownNodeRow = Omit<NodeRow, "received" | "sent">;

/** What is known of the one node that there is. */
export interface SoloNode {
  readonly id: string;
  /** Where it listens. */
  readonly address: () => string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly isDraining: () => boolean;
}

/** The view of a node that is alone. */
export function soloClusterView({ id, address, since, isDraining }: SoloNode): ClusterView {
  return {
    nodes: (hub) => [{
      id,
      address: address(),
      since,
      connections: hub.connections.size,
      state: isDraining() ? "draining" : "up",
      isThis: true,
    }],
    others: () => [],
  };
}
