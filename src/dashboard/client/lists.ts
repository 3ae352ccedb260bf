import type { ChannelRow, ConnectionRow } from "../answers.ts";
import { Details } from "./details.ts";
import { cell, element, foreign } from "./element.ts";
import { channelButton } from "./entry-row.ts";
import { formatAge, formatNumber } from "./format.ts";
import { ListView } from "./list-view.ts";
import { order } from "./server.ts";

/** What a cell shows in place of a missing value. */
const NONE = "–";

/** The list of channels. A click on one calls `open`. */
export function channelList(open: (channel: string) => void): ListView<ChannelRow> {
  return new ListView<ChannelRow>("channels", {
    key: ({ name }) => name,
    nothing: "No channel is occupied. Open a page of your application that listens to one.",
    row: ({ name, access, cached, subscriptions, users }) =>
      element(
        "tr",
        {},
        cell("Channel", channelButton(name, () => open(name))),
        cell(
          "Kind",
          element(
            "span",
            { class: "kind", attributes: { "data-kind": access } },
            cached ? `${access}, cached` : access,
          ),
        ),
        cell("Subscriptions", formatNumber(subscriptions), "number"),
        orNone("Users", users === undefined ? undefined : formatNumber(users), "number"),
      ),
  });
}

/** What the list of connections does. */
export interface ConnectionActions {
  readonly details: Details;
  /** Opens the window of a channel. */
  readonly open: (channel: string) => void;
  /** Called after connections were ended. */
  readonly changed: () => void;
}

/** The list of connections, with their channels and a button that ends all connections of a user. */
export function connectionList(actions: ConnectionActions): ListView<ConnectionRow> {
  return new ListView<ConnectionRow>("connections", {
    key: ({ id }) => id,
    nothing: "No connection yet. Open your application in a browser: it connects as soon as Echo starts.",
    row: (connection) => connectionRow(connection, actions),
  });
}

function connectionRow(
  connection: ConnectionRow,
  { details, open, changed }: ConnectionActions,
): HTMLTableRowElement {
  const { id, age, address, origin, user, channels, channelCount } = connection;
  const shown = channels.slice(0, 3).map((name) => channelButton(name, () => open(name)));
  const more = channelCount - shown.length;
  return element(
    "tr",
    {},
    cell("Connection", element("code", {}, id), "whole"),
    cell("Age", formatAge(age), "number"),
    cell("Address", address, "whole"),
    orNone("Origin", origin === undefined ? undefined : foreign(origin)),
    orNone("User", user === undefined ? undefined : foreign(user)),
    cell(
      "Channels",
      element(
        "span",
        { class: "channels" },
        ...shown,
        more > 0
          ? channelButton(`${formatNumber(more)} more`, () => showChannels(connection, details, open))
          : undefined,
        channelCount === 0 ? NONE : undefined,
      ),
    ),
    cell("", user === undefined ? "" : terminateButton(user, details, changed)),
  );
}

function terminateButton(user: string, details: Details, changed: () => void): HTMLElement {
  const ask = (): void => {
    const note = element("p", { class: "notice", attributes: { role: "status", hidden: "" } });
    const confirm = element(
      "button",
      { class: "danger", attributes: { type: "button" } },
      "End all connections",
    );
    confirm.addEventListener("click", async () => {
      confirm.disabled = true;
      try {
        await order("terminate", { user });
        details.close();
        changed();
      } catch (error) {
        note.hidden = false;
        note.classList.add("error");
        note.textContent = (error as Error).message;
        confirm.disabled = false;
      }
    });
    details.show(
      "End a user's connections",
      {},
      element(
        "p",
        {},
        "Every connection of the user ",
        foreign(user, "strong"),
        " is closed, on every node. Clients do not reconnect by themselves; the user can reload the page.",
      ),
      note,
      element(
        "div",
        { class: "actions" },
        confirm,
        element("button", { attributes: { type: "button" }, onclick: () => details.close() }, "Cancel"),
      ),
    );
  };
  const label = `End all connections of ${user}`;
  return element("button", {
    class: "small",
    attributes: { type: "button", "aria-label": label },
    onclick: ask,
  }, "End user");
}

function showChannels(
  { id, channels, channelCount }: ConnectionRow,
  details: Details,
  open: (channel: string) => void,
): void {
  const rest = channelCount - channels.length;
  details.show(
    `Channels of ${id}`,
    {},
    element(
      "ul",
      { class: "plain" },
      ...channels.map((name) => element("li", {}, channelButton(name, () => open(name)))),
    ),
    ...(rest > 0 ? [element("p", { class: "hint" }, `and ${formatNumber(rest)} more`)] : []),
  );
}

function orNone(label: string, content: Node | string | undefined, className = ""): HTMLTableCellElement {
  return content === undefined ? cell(label, NONE, `${className} none`) : cell(label, content, className);
}
