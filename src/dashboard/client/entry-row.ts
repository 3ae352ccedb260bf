import type { Entry } from "../wire.ts";
import { element, foreign, visible } from "./element.ts";
import { formatNumber, formatPayload, timeElement } from "./format.ts";
import { causeOf } from "./refusal-causes.ts";

/**
 * One line of the console. A click on an event shows its data, one on a refusal its likely cause. With the data comes a button that
 * calls `open` with the channel; without `open` the channel is left out, because it stands above.
 */
export function entryRow(entry: Entry, open?: (channel: string) => void): HTMLElement {
  const { kind, at, channel, event, detail, payload, payloadLength, reason } = entry;
  const head = [
    timeElement(at),
    element("span", { class: "kind", attributes: { "data-kind": kind } }, kindLabel(kind)),
    element(
      "span",
      { class: "what" },
      event === undefined ? undefined : foreign(event, "event"),
      // The sentence about a refusal names the channel.
      ...open === undefined || channel === undefined || reason !== undefined
        ? []
        : [event === undefined ? "" : " on ", foreign(channel, "channel")],
      detail === undefined ? undefined : foreign(detail, "detail"),
      reason === undefined ? undefined : element("span", { class: "more" }, "cause"),
    ),
    whoOf(entry),
  ];
  const item = element("li", { class: "entry" });
  if (reason !== undefined) {
    const details = element("details", {}, element("summary", { class: "entry-head" }, ...head));
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(causeOf(reason));
    });
    item.append(details);
    return item;
  }
  if (payload === undefined) {
    item.append(element("div", { class: "entry-head" }, ...head));
    return item;
  }
  const summary = element(
    "summary",
    { class: "entry-head" },
    ...head,
    element("span", { class: "preview" }, visible(payload.slice(0, 200))),
  );
  const details = element("details", {}, summary);
  // Built when it is opened, since most payloads never are.
  details.addEventListener("toggle", () => {
    if (!details.open || details.childElementCount > 1) return;
    details.append(
      element(
        "pre",
        { class: "payload", attributes: { dir: "auto", tabindex: "0" } },
        visible(formatPayload(payload)),
      ),
    );
    if (payloadLength !== undefined) {
      const text = `Cut: the data has ${formatNumber(payloadLength)} characters.`;
      details.append(element("p", { class: "hint" }, text));
    }
    if (channel !== undefined && open !== undefined) {
      details.append(
        element("p", { class: "hint" }, "Channel ", channelButton(channel, () => open(channel))),
      );
    }
  });
  item.append(details);
  return item;
}

/** The name of a channel, which opens its window. */
export function channelButton(channel: string, onclick: () => void): HTMLElement {
  return element(
    "button",
    { class: "link", attributes: { type: "button" }, onclick },
    foreign(channel, "channel"),
  );
}

/** `3 subscribers`; where not all nodes could be asked, with the node that they are on. */
export function subscribers(count: number, where?: string): string {
  const text = count === 1 ? "1 subscriber" : `${formatNumber(count)} subscribers`;
  return where === undefined ? text : `${text} on ${where}`;
}

function whoOf({ receivers, isOnlyHere, connection, except, node }: Entry): HTMLElement {
  const parts: HTMLElement[] = [];
  if (receivers !== undefined) {
    const text = subscribers(receivers, isOnlyHere === true ? node : undefined);
    parts.push(element("span", { class: receivers === 0 ? "receivers none" : "receivers" }, text));
  }
  if (except !== undefined) parts.push(element("span", {}, `without ${except}`));
  if (connection !== undefined) parts.push(element("span", {}, connection));
  if (node !== undefined && isOnlyHere !== true) parts.push(element("span", { class: "node" }, node));
  return element("span", { class: "who" }, ...parts);
}

/** An entry's kind in words. */
export function kindLabel(kind: Entry["kind"]): string {
  return kind.replace("-", " ").replace("api", "API");
}
