import type { NodeRow } from "../wire.ts";
import { byId, cell, element, foreign } from "./element.ts";
import { formatAge, formatNumber } from "./format.ts";

/** Shows the nodes of the cluster, and their sums where there are several. `now` is the server's clock, in milliseconds since 1970. */
export function showNodes(nodes: readonly NodeRow[], now: number): void {
  const table = byId<HTMLTableElement>("nodes");
  table.tBodies[0]!.replaceChildren(...nodes.map((node) => nodeRow(node, now)));
  table.tFoot!.replaceChildren(...nodes.length > 1 ? [sumRow(nodes)] : []);
}

function nodeRow(node: NodeRow, now: number): HTMLTableRowElement {
  const { id, worker, state, address, connections, received, sent, since, isThis } = node;
  const tag = (
    text: string,
  ): readonly (string | HTMLElement)[] => [" ", element("span", { class: "tag" }, text)];
  return element(
    "tr",
    {},
    cell(
      "Node",
      element(
        "span",
        {},
        foreign(id, "strong"),
        ...(worker === undefined ? [] : tag(`worker ${worker}`)),
        ...(isThis ? tag("this node") : []),
      ),
    ),
    cell("State", element("span", { class: "state", attributes: { "data-state": state } }, state)),
    cell("Address", foreign(address)),
    ...numbers(connections, received, sent),
    cell("Up for", formatAge((now - since) / 1000), "number"),
  );
}

function sumRow(nodes: readonly NodeRow[]): HTMLTableRowElement {
  const sum = (figure: (node: NodeRow) => number | undefined): number =>
    nodes.reduce((total, node) => total + (figure(node) ?? 0), 0);
  return element(
    "tr",
    {},
    cell("Node", element("strong", {}, `All ${formatNumber(nodes.length)} nodes`)),
    cell("State"),
    cell("Address"),
    ...numbers(
      sum(({ connections }) => connections),
      sum(({ received }) => received),
      sum(({ sent }) => sent),
    ),
    cell("Up for"),
  );
}

function numbers(connections: number, received?: number, sent?: number): HTMLTableCellElement[] {
  const shown = (value: number | undefined): string => value === undefined ? "–" : formatNumber(value);
  return [
    cell("Connections", formatNumber(connections), "number"),
    cell("Received / s", shown(received), "number"),
    cell("Sent / s", shown(sent), "number"),
  ];
}
