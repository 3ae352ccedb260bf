import { SAMPLE_FIELDS, type SampleRow, type Scope } from "../wire.ts";
import { openChannel } from "./channel-window.ts";
import { Charts } from "./charts.ts";
import { ConsoleView } from "./console-view.ts";
import { Details } from "./details.ts";
import { byId } from "./element.ts";
import { EntryStore } from "./entry-store.ts";
import { formatNumber, formatShort } from "./format.ts";
import { channelList, connectionList } from "./lists.ts";
import { LiveStream } from "./live-stream.ts";
import { showNodes } from "./nodes-table.ts";
import { showRecovery } from "./recovery-card.ts";
import { showRefusals } from "./refusals.ts";
import { startSendForm } from "./send-form.ts";
import { goToSignIn, order } from "./server.ts";
import { startThemeChoice } from "./theme-choice.ts";
import { showWebhooks } from "./webhooks-card.ts";

/** Milliseconds between two renewals of the session while the page is visible. */
const RENEWAL = 10 * 60_000;

function start(): void {
  const charts = new Charts(byId("chart-connections"), byId("chart-messages"));
  const entries = new EntryStore();
  const details = new Details();
  const open = (channel: string): void => openChannel(details, entries, channel);
  const console = new ConsoleView(entries, open);
  const channels = channelList(open);
  const connections = connectionList({ details, open, changed: () => void connections.refresh() });
  const lists = { channels, connections };
  /** Milliseconds by which the server's clock is ahead of this one. */
  let ahead = 0;

  const stream = new LiveStream({
    welcome({ samples, nodes, webhooks, recovery, now, history, scope }) {
      ahead = now - Date.now();
      showScope(scope);
      entries.add(history);
      charts.begin(samples);
      const last = samples.at(-1);
      if (last !== undefined) showTiles(last, charts);
      showNodes(nodes, now);
      showWebhooks(webhooks);
      showRecovery(recovery);
    },
    webhooks: showWebhooks,
    recovery: showRecovery,
    sample(row) {
      charts.add(row);
      showTiles(row, charts);
    },
    nodes: (nodes) => showNodes(nodes, Date.now() + ahead),
    scope: showScope,
    entries(batch) {
      entries.add(batch.entries);
      if (batch.dropped > 0) console.drop(batch.dropped);
    },
    status(state, text) {
      byId("status").dataset["state"] = state;
      byId("status-text").textContent = text;
    },
  });

  function showView(): void {
    const links = [...document.querySelectorAll<HTMLElement>("[data-view]")];
    const names = links.map(({ dataset }) => dataset["view"]!);
    const shown = names.includes(location.hash.slice(1)) ? location.hash.slice(1) : "overview";
    for (const link of links) {
      const isShown = link.dataset["view"] === shown;
      byId(`view-${link.dataset["view"]}`).hidden = !isShown;
      if (isShown) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    for (const [name, list] of Object.entries(lists)) {
      if (name === shown) list.open();
      else list.close();
    }
    charts.draw();
  }
  addEventListener("hashchange", showView);
  document.addEventListener("visibilitychange", () => charts.draw());

  startThemeChoice(() => charts.renew());
  startSendForm(byId<HTMLFormElement>("trigger"), byId("trigger-note"));
  byId("show-refusals").addEventListener("click", () => showRefusals(details, entries));
  byId("sign-out").addEventListener("click", () => void order("sign-out").catch(() => {}).then(goToSignIn));
  // A session ends after an hour without use; a visible page counts as use.
  setInterval(() => {
    if (!document.hidden) void order("renew").catch(() => {});
  }, RENEWAL);
  showView();
  stream.open();
}

/** On a phone the tiles have room for a few characters each. */
const isNarrow = matchMedia("(max-width: 640px)");

function showTiles(row: SampleRow, charts: Charts): void {
  for (const [index, field] of SAMPLE_FIELDS.entries()) {
    if (field === "at") continue;
    const value = field === "refused" ? charts.total("refused") : row[index];
    const place = byId(`tile-${field}`);
    place.title = typeof value === "number" ? formatNumber(value) : "";
    place.textContent = typeof value !== "number"
      ? "–"
      : isNarrow.matches
      ? formatShort(value)
      : formatNumber(value);
  }
}

function showScope({ here, console }: Scope): void {
  for (const place of document.querySelectorAll("[data-here]")) place.textContent = here;
  for (const place of document.querySelectorAll("[data-scope]")) place.textContent = console;
}

if (document.body.dataset["page"] === "main") start();
