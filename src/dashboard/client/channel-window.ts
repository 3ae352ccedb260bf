import type { ChannelMembers, ConnectionRow } from "../answers.ts";
import type { Entry } from "../wire.ts";
import type { Details } from "./details.ts";
import { element, foreign, notice, visible } from "./element.ts";
import { entryRow } from "./entry-row.ts";
import type { EntryStore } from "./entry-store.ts";
import { formatNumber, formatPayload, formatTime } from "./format.ts";
import { startSendForm } from "./send-form.ts";
import { ask, goToSignIn, SignedOut } from "./server.ts";

/** Entries that the window shows at most. */
const SHOWN = 100;
/** Milliseconds between two questions about the members while the window is open. */
const REFRESH = 3000;

/** Opens the window of a channel: what happens on it, a form that sends to it, and who is on it. It stays up to date while it is open. */
export function openChannel(details: Details, store: EntryStore, name: string): void {
  const events = eventList(store, name), occupants = new Occupants(name);
  const stop = store.listen((fresh) => {
    if (fresh.some(({ kind, channel }) => channel === name && kind.endsWith("subscribed"))) {
      occupants.refresh();
    }
  });
  details.show(
    name,
    {
      isWide: true,
      onclose() {
        stop();
        events.stop();
        occupants.stop();
      },
    },
    occupants.summary,
    element(
      "div",
      { class: "channel-columns" },
      element("section", {}, element("h3", {}, "Events"), events.place),
      sendForm(name),
    ),
    occupants.place,
  );
}

/** The entries of a channel, the newest first. */
function eventList(
  store: EntryStore,
  name: string,
): { readonly place: HTMLElement; readonly stop: () => void } {
  const list = element("ol", {
    class: "entries",
    attributes: { "aria-label": "Events, the newest first", tabindex: "0" },
  });
  const empty = element("p", { class: "muted" }, "Nothing has happened on this channel lately.");
  const add = (entries: readonly Entry[]): void => {
    const rows = entries.filter(({ channel }) => channel === name).map((entry) => entryRow(entry));
    list.prepend(...rows.slice(-SHOWN).reverse());
    while (list.childElementCount > SHOWN) list.lastElementChild!.remove();
    list.hidden = list.childElementCount === 0;
    empty.hidden = !list.hidden;
  };
  add(store.entries);
  return { place: element("div", {}, list, empty), stop: store.listen(add) };
}

function sendForm(channel: string): HTMLElement {
  const field = (label: string, control: HTMLElement): HTMLElement =>
    element("label", {}, `${label} `, control);
  const form = element(
    "form",
    { class: "trigger", attributes: { autocomplete: "off" } },
    element("h3", {}, "Send an event"),
    element("input", { attributes: { name: "channel", type: "hidden", value: channel } }),
    field(
      "Event",
      element("input", {
        attributes: {
          name: "name",
          required: "",
          spellcheck: "false",
          placeholder: "App\\Events\\OrderShipped",
        },
      }),
    ),
    field(
      "Data",
      element(
        "textarea",
        { attributes: { name: "data", required: "", rows: "4", spellcheck: "false" } },
        '{"id": 1}',
      ),
    ),
    element("button", { class: "primary", attributes: { type: "submit" } }, "Send"),
  );
  const note = element("p", { class: "notice", attributes: { role: "status", hidden: "" } });
  form.append(note);
  startSendForm(form, note);
  return form;
}

/** How many are on a channel and who they are, asked for again and again until `stop`. */
class Occupants {
  readonly summary = element("p", { class: "muted" }, "Loading…");
  readonly place = element("div", { class: "occupants" });
  readonly #name: string;
  #timer = 0;
  /** Counts the questions, of which the last one counts; 0 after `stop`. */
  #asked = 0;
  #shown = "";

  constructor(name: string) {
    this.#name = name;
    this.refresh();
  }

  /** Asks at once, and then again and again. */
  refresh(): void {
    clearTimeout(this.#timer);
    void this.#ask(++this.#asked);
  }

  stop(): void {
    this.#asked = 0;
    clearTimeout(this.#timer);
  }

  async #ask(number: number): Promise<void> {
    try {
      const members = await ask<ChannelMembers>("members", { channel: this.#name });
      if (number === this.#asked) this.#show(members);
    } catch (error) {
      if (number !== this.#asked) return;
      if (error instanceof SignedOut) return goToSignIn();
      this.#shown = "";
      this.place.replaceChildren();
      notice(this.summary, (error as Error).message);
    }
    if (number === this.#asked) this.#timer = setTimeout(() => this.refresh(), REFRESH);
  }

  #show(members: ChannelMembers): void {
    const { channel, scope, users, userInfos, connections, connectionCount, where } = members;
    const counts = [counted(channel.subscriptions, "subscription")];
    if (channel.users !== undefined) counts.push(counted(channel.users, "user"));
    this.summary.classList.remove("notice");
    this.summary.textContent = [
      channel.access,
      ...channel.cached ? ["cached"] : [],
      `${counts.join(", ")} ${scope}`,
    ].join(" · ");
    // Where only ages have changed, what is open or selected stays so.
    const text = JSON.stringify([users, userInfos, connections.map(({ id, user }) => [id, user])]);
    if (text === this.#shown) return;
    this.#shown = text;
    this.place.replaceChildren(
      ...users === undefined ? [] : [
        list(
          `Users ${scope}`,
          users.length,
          channel.users ?? 0,
          users.map((user, index) => member(user, userInfos?.[index])),
        ),
      ],
      list(`Connections ${where}`, connections.length, connectionCount, connections.map(connectionLine)),
    );
  }
}

function list(title: string, shown: number, all: number, items: readonly HTMLElement[]): HTMLElement {
  const count = shown < all ? `${formatNumber(shown)} of ${formatNumber(all)}` : formatNumber(all);
  return element(
    "section",
    {},
    element("h3", {}, `${title.trim()}: ${count}`),
    element("ul", { class: "plain" }, ...items),
  );
}

/** A user with the `user_info` that the application has given it; a click shows all of it. */
function member(user: string, info = "null"): HTMLElement {
  if (info === "null" || info === "{}") return element("li", {}, foreign(user, "strong"));
  return element(
    "li",
    {},
    element(
      "details",
      {},
      element(
        "summary",
        { class: "member" },
        foreign(user, "strong"),
        element("span", { class: "preview" }, visible(info.slice(0, 200))),
      ),
      element(
        "pre",
        { class: "payload", attributes: { dir: "auto", tabindex: "0" } },
        visible(formatPayload(info)),
      ),
    ),
  );
}

function connectionLine({ id, address, user, age }: ConnectionRow): HTMLElement {
  return element(
    "li",
    {},
    element("code", {}, id),
    ` from ${address} since ${formatTime(Date.now() - 1000 * age)}`,
    ...(user === undefined ? [] : [", user ", foreign(user)]),
  );
}

function counted(count: number, thing: string): string {
  return `${formatNumber(count)} ${thing}${count === 1 ? "" : "s"}`;
}
