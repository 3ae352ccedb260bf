import type { RecoveryFigures } from "../wire.ts";
import { byId, element } from "./element.ts";
import { formatNumber } from "./format.ts";

/** Shows what clients were sent again after a cut, gaps in the colour of a warning. Hides the card while recovery is off. */
export function showRecovery(figures: RecoveryFigures | null): void {
  byId("recovery-card").hidden = figures === null;
  if (figures === null) return;
  const { recovered, replayed, gaps } = figures;
  const warning = { class: "state", attributes: { "data-state": "degraded" } };
  byId("recovery-counts").replaceChildren(
    `Recovered subscriptions: ${formatNumber(recovered)} · replayed events: ${formatNumber(replayed)} · `,
    element("span", gaps > 0 ? warning : {}, `gaps: ${formatNumber(gaps)}`),
  );
}
