import type { NodeRow } from "../wire.ts";
import { byId, element, foreign } from "./element.ts";
import { formatAge, formatNumber } from "./format.ts";

/** Shows the nodes of the cluster. `now` is the server's clock, in milliseconds since 1970. */
export function showNodes(nodes: readonly NodeRow[], now: number): void {
  const body = byId<HTMLTableElement>("nodes").tBodies[0]!;
  body.replaceChildren(...nodes.map(({ id, state, address, connections, since, isThis }) =>
    element(
      "tr",
      {},
      element(
        "td",
        { attributes: { "data-label": "Node" } },
        element(
          "span",
          {},
          foreign(id, "strong"),
          ...(isThis ? [" ", element("span", { class: "tag" }, "this node")] : []),
        ),
      ),
      element(
        "td",
        { attributes: { "data-label": "State" } },
        element("span", { class: "state", attributes: { "data-state": state } }, state),
      ),
      element("td", { attributes: { "data-label": "Address" } }, foreign(address)),
      element(
        "td",
        { class: "number", attributes: { "data-label": "Connections" } },
        formatNumber(connections),
      ),
      element(
        "td",
        { class: "number", attributes: { "data-label": "Up for" } },
        formatAge((now - since) / 1000),
      ),
    )
  ));
}
