import type { Cluster } from "../hub/cluster/cluster.ts";
import type { Hub } from "../hub/hub.ts";
import type { Figures } from "./figures.ts";
import type { NodeStanding } from "./other-nodes.ts";
import type { NodeRow, Scope } from "./wire.ts";

/** What the dashboard knows of the cluster. */
export interface ClusterView {
  /** Every known node, this one included, as it last reported itself. */
  nodes(hub: Hub): readonly KnownNodeRow[];
  /** What the other nodes last reported of an application. */
  others(hub: Hub): Iterable<NodeStanding>;
}

/** A node without its message rates, which `Figures` knows. */
export type KnownNodeRow = Omit<NodeRow, "received" | "sent">;

/** What this node knows of itself. */
export interface SoloNode {
  readonly id: string;
  /** Where it listens. */
  readonly address: () => string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly isDraining: () => boolean;
}

/** The view of a node without a cluster. */
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

/** The nodes with their message rates, as the page shows them. */
export function nodeRows(hub: Hub, cluster: ClusterView, figures: Figures): readonly NodeRow[] {
  return cluster.nodes(hub).map((node) => {
    const rates = figures.ratesOf(hub, node.isThis ? undefined : node.id);
    return { ...node, received: round(rates?.received), sent: round(rates?.sent) };
  });
}

function round(rate: number | undefined): number | undefined {
  return rate === undefined ? undefined : Math.round(rate);
}

/** What this node is called in the console: `worker 2`, or its id. */
export function ownName(hub: Hub, cluster: ClusterView): string {
  const own = cluster.nodes(hub).find(({ isThis }) => isThis);
  return own?.worker === undefined ? own?.id ?? "" : `worker ${own.worker}`;
}

/** Words that stand beside figures to show which nodes they cover; empty where there is one node. */
export interface NodePlaces {
  /** For figures of this node: `on this node`, `on worker 2`. */
  readonly here: string;
  /** For figures of all nodes: `on all nodes`. */
  readonly everywhere: string;
}

/** The places of a server. `worker` is its number where it is one of several processes. */
export function nodePlaces(isShared: boolean, worker: number | undefined): NodePlaces {
  if (!isShared) return { here: "", everywhere: "" };
  return { here: worker === undefined ? "on this node" : `on worker ${worker}`, everywhere: "on all nodes" };
}

/** Which nodes a page shows: all, as long as they can be asked. */
export function scopeOf(
  { here, everywhere, port }: NodePlaces & { readonly port: Pick<Cluster, "questions"> },
): Scope {
  return { here, console: port.questions === undefined ? here : everywhere };
}
