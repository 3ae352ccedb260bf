import type { Entry } from "../wire.ts";
import type { Details } from "./details.ts";
import { element, foreign } from "./element.ts";
import type { EntryStore } from "./entry-store.ts";
import { formatNumber, timeElement } from "./format.ts";
import { causeOf } from "./refusal-causes.ts";

/** Refusals of one reason that are listed one by one. */
const LISTED = 5;

/** Opens the list of refusals, by reason, with their likely causes and remedies. It follows what happens while it is open. */
export function showRefusals(details: Details, store: EntryStore): void {
  const place = element("div", { class: "refusals" });
  const fill = (): void => {
    const groups = Array.from(byReason(store.refusals), group);
    place.replaceChildren(...groups.length > 0 ? groups : [nothing()]);
  };
  const stop = store.listen((fresh) => {
    if (fresh.some(({ kind }) => kind === "refused")) fill();
  });
  fill();
  details.show("Refused lately", { onclose: stop }, place);
}

/** The newest first, and the reasons by their newest. */
function byReason(refusals: readonly Entry[]): Map<string, Entry[]> {
  return Map.groupBy(refusals.toReversed(), ({ reason }) => reason ?? "");
}

function group([reason, entries]: readonly [string, readonly Entry[]]): HTMLElement {
  const more = entries.length - LISTED;
  return element(
    "section",
    {},
    element(
      "h3",
      {},
      `${inWords(reason).replace(/^api /, "API ")} `,
      element(
        "span",
        { class: "muted" },
        entries.length === 1 ? "once" : `${formatNumber(entries.length)} times`,
      ),
    ),
    causeOf(reason),
    element("ul", { class: "plain" }, ...entries.slice(0, LISTED).map(line)),
    more > 0 ? element("p", { class: "hint" }, `and ${formatNumber(more)} older`) : undefined,
  );
}

function line({ at, reason = "", detail = "", connection, address, node }: Entry): HTMLElement {
  const where = [connection, address === undefined ? undefined : `from ${address}`, node];
  return element(
    "li",
    { class: "refusal" },
    timeElement(at),
    " ",
    foreign(detail.replace(`${inWords(reason)}: `, "")),
    " ",
    element("span", { class: "muted" }, where.filter((part) => part !== undefined).join(" · ")),
  );
}

function nothing(): HTMLElement {
  return element("p", { class: "muted" }, "Nothing has been turned down lately.");
}

function inWords(reason: string): string {
  return reason.replaceAll("_", " ");
}
