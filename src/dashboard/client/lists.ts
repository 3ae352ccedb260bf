import type { ChannelMembers, ChannelRow, ConnectionRow } from "../answers.ts";
import { Details } from "./details.ts";
import { cell, element, foreign } from "./element.ts";
import { formatAge, formatNumber } from "./format.ts";
import { ListView } from "./list-view.ts";
import { ask, order } from "./server.ts";

/** What a cell shows in place of a missing value. */
const NONE = "–";

/** The list of channels. A click on one shows its users and connections. */
export function channelList(details: Details): ListView<ChannelRow> {
  return new ListView<ChannelRow>("channels", {
    key: ({ name }) => name,
    nothing: "No channel is occupied. Open a page of your application that listens to one.",
    row: ({ name, access, cached, subscriptions, users }) =>
      element(
        "tr",
        {},
        cell("Channel", link(name, () => void showMembers(details, name))),
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

/** The list of connections, with a button that ends all connections of a user; `changed` is called after that. */
export function connectionList(details: Details, changed: () => void): ListView<ConnectionRow> {
  return new ListView<ConnectionRow>("connections", {
    key: ({ id }) => id,
    nothing: "No connection yet. Open your application in a browser: it connects as soon as Echo starts.",
    row: (connection) => connectionRow(connection, details, changed),
  });
}

function connectionRow(
  connection: ConnectionRow,
  details: Details,
  changed: () => void,
): HTMLTableRowElement {
  const { id, age, address, origin, user, channels, channelCount } = connection;
  const shown = channels.slice(0, 3).map((name) => foreign(name, "channel"));
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
        more > 0 ? link(`${formatNumber(more)} more`, () => showChannels(details, connection)) : undefined,
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

function showChannels(details: Details, { id, channels, channelCount }: ConnectionRow): void {
  const rest = channelCount - channels.length;
  details.show(
    `Channels of ${id}`,
    {},
    element("ul", { class: "plain" }, ...channels.map((name) => element("li", {}, foreign(name, "channel")))),
    ...(rest > 0 ? [element("p", { class: "hint" }, `and ${formatNumber(rest)} more`)] : []),
  );
}

async function showMembers(details: Details, name: string): Promise<void> {
  details.show(name, {}, element("p", { class: "muted" }, "Loading…"));
  let members: ChannelMembers;
  try {
    members = await ask<ChannelMembers>("members", { channel: name });
  } catch (error) {
    return details.show(name, {}, element("p", { class: "notice error" }, (error as Error).message));
  }
  const { channel, users, connections, where } = members;
  const content: HTMLElement[] = [];
  if (users !== undefined) {
    const shown = channel.users === users.length ? "" : `, the first ${formatNumber(users.length)} of them`;
    content.push(
      element("h3", {}, `Users: ${formatNumber(channel.users ?? 0)}${shown}`),
      element(
        "ul",
        { class: "chips" },
        ...users.map((user) => element("li", { class: "tag" }, foreign(user))),
      ),
    );
  }
  const shown = connections.length < channel.subscriptions
    ? `, ${formatNumber(connections.length)} of them ${where === "" ? "shown" : where}`
    : "";
  content.push(
    element("h3", {}, `Connections: ${formatNumber(channel.subscriptions)}${shown}`),
    element(
      "ul",
      { class: "plain" },
      ...connections.map(({ id, address, user, age }) =>
        element(
          "li",
          {},
          element("code", {}, id),
          ` from ${address}, ${formatAge(age)}`,
          ...(user === undefined ? [] : [", user ", foreign(user)]),
        )
      ),
    ),
  );
  details.show(name, {}, ...content);
}

function link(text: string, onclick: () => void): HTMLElement {
  return element(
    "button",
    { class: "link", attributes: { type: "button" }, onclick },
    foreign(text, "channel"),
  );
}

function orNone(label: string, content: Node | string | undefined, className = ""): HTMLTableCellElement {
  return content === undefined ? cell(label, NONE, `${className} none`) : cell(label, content, className);
}
