import type { WebhookFailureRow, WebhookFigures, WebhookTargetRow } from "../wire.ts";
import { byId, cell, element, foreign } from "./element.ts";
import { formatNumber, formatTime } from "./format.ts";

/** Events that are named; where there are more, their number is shown. */
const NAMED = 3;

/** Shows the webhooks: their URLs, and how many events were accepted or dropped. Hides the card where there are none. */
export function showWebhooks(figures: WebhookFigures): void {
  const { targets, accepted, waiting, dropped, failures, lastFailure } = figures;
  byId("webhooks-card").hidden = targets.length === 0;
  byId<HTMLTableElement>("webhooks").tBodies[0]!.replaceChildren(...targets.map(targetRow));
  const counts = [[accepted, "accepted"], [waiting, "waiting"], [dropped, "dropped"]] as const;
  byId("webhooks-counts").textContent = "Events: " +
    `${counts.map(([count, what]) => `${formatNumber(count)} ${what}`).join(", ")}. ` +
    `Requests that failed: ${formatNumber(failures)}.`;
  // While a URL fails, its failure stands in the table.
  const isOver = lastFailure !== undefined && targets.every(({ failure }) => failure === undefined);
  const last = byId("webhooks-last");
  last.hidden = !isOver;
  last.replaceChildren(
    ...isOver ? ["The last one, to ", foreign(lastFailure.url), `, ${describe(lastFailure)}.`] : [],
  );
}

function targetRow({ url, events, failure }: WebhookTargetRow): HTMLTableRowElement {
  const named = events.length > NAMED ? `${events.length} events` : events.join(", ");
  return element(
    "tr",
    {},
    cell("URL", foreign(url, "channel")),
    cell("Events", element("span", { attributes: { title: events.join(", ") } }, named)),
    cell(
      "State",
      failure === undefined ? element("span", { class: "state" }, "no failure") : element(
        "span",
        {},
        element("span", { class: "state", attributes: { "data-state": "lost" } }, "failing"),
        " ",
        foreign(describe(failure)),
      ),
    ),
  );
}

function describe({ at, reason }: WebhookFailureRow): string {
  return `at ${formatTime(at)}: ${reason}`;
}
