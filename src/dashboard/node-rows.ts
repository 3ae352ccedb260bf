import type { Hub } from "../hub/hub.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { Figures } from "./figures.ts";
import type { NodeRow } from "./wire.ts";

/** The nodes, and what goes on at each. */
export function nodeRows(hub: Hub, cluster: ClusterView, figures: Figures): readonly NodeRow[] {
  return cluster.nodes(hub).map((node) => {
    const rates = figures.ratesOf(hub, node.isThis ? undefined : node.id);
    return { ...node, received: round(rates?.received), sent: round(rates?.sent) };
  });
}

function round(rate: number | undefined): number | undefined {
  return rate === undefined ? undefined : Math.round(rate);
}
