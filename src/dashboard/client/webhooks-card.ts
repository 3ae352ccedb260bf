import type { WebhookFailureRow, WebhookFigures, WebhookTargetRow } from "../wire.ts";
import { byId, element, foreign } from "./element.ts";
import { formatNumber, formatTime } from "./format.ts";

/** Events that are named; of more the number is shown. */
const NAMED = 3;

/** Shows where webhooks go and what becomes of them; nothing where nobody wants some. */
export function showWebhooks(figures: WebhookFigures): void {
  const { targets, accepted, waiting, dropped, failures, lastFailure } = figures;
  byId("webhooks-card").hidden = targets.length === 0;
  byId<HTMLTableElement>("webhooks").tBodies[0]!.replaceChildren(...targets.map(targetRow));
  const counts = [[accepted, "accepted"], [waiting, "waiting"], [dropped, "given up"]] as const;
  byId("webhooks-counts").textContent = "Events: " +
    `${counts.map(([count, what]) => `${formatNumber(count)} ${what}`).join(", ")}. ` +
    `Requests that failed: ${formatNumber(failures)}.`;
  // One that goes on stands in the table.
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
  return `at ${formatTime(at).slice(0, 8)}: ${reason}`;
}

function cell(label: string, content: HTMLElement): HTMLTableCellElement {
  return element("td", { attributes: { "data-label": label } }, content);
}
