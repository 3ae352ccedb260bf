/** @jsxImportSource hono/jsx */
import type { JSX } from "hono/jsx/jsx-runtime";
import { ENTRY_KINDS } from "../wire.ts";
import { type AssetUrls, Document } from "./document.tsx";

/** What the page of an application shows before its script has started. */
export interface MainProps {
  readonly assets: AssetUrls;
  /** The dashboard's path, with the server's prefix. */
  readonly path: string;
  readonly applicationId: string;
  readonly applicationKey: string;
  /** What stands beside figures of this node and of all of them; empty where there is one. */
  readonly here: string;
  readonly everywhere: string;
  /** Goes along with every change that the page asks for. */
  readonly requestToken: string;
}

const VIEWS = [["overview", "Overview"], ["console", "Console"], ["channels", "Channels"], [
  "connections",
  "Connections",
]] as const;

const TILES = [
  ["connections", "Connections", "open"],
  ["channels", "Channels", "occupied"],
  ["received", "Received", "messages / s"],
  ["sent", "Sent", "messages / s"],
  ["events", "Events", "events / s"],
  ["refused", "Refused", "in 10 min"],
] as const;

/** The one page of the dashboard; its script fills in what is alive. */
export function MainPage(
  { assets, path, applicationId, applicationKey, requestToken, here, everywhere }: MainProps,
): JSX.Element {
  const data = { "data-page": "main", "data-path": path, "data-token": requestToken };
  return (
    <Document title={`${applicationId} · Resound`} assets={assets} data={data}>
      <a class="skip" href="#main">Skip to content</a>
      <header class="bar">
        <div class="bar-row">
          <p class="brand">
            <img src={assets.icon} alt="" width="24" height="24" />
            Resound
          </p>
          <p class="application" title={`Application key ${applicationKey}`}>
            <span class="muted">Application</span> <bdi>{applicationId}</bdi>
          </p>
          <p class="status" id="status" role="status" data-state="connecting">
            <span class="dot" aria-hidden="true"></span>
            <span id="status-text">Connecting…</span>
          </p>
          <div class="bar-actions">
            <label class="theme">
              <span class="hidden-label">Colours</span>
              <select id="theme">
                <option value="">System</option>
                <option value="light">Light</option>
                <option value="dark">Dark</option>
              </select>
            </label>
            <button type="button" id="sign-out">Sign out</button>
          </div>
        </div>
        <nav class="views" aria-label="Views">
          {VIEWS.map(([id, label]) => <a key={id} href={`#${id}`} data-view={id}>{label}</a>)}
        </nav>
      </header>
      <noscript>
        <p class="notice error">This page needs JavaScript to show what is going on.</p>
      </noscript>
      <main id="main" tabindex={-1}>
        <dl class="tiles">
          {TILES.map(([id, label, unit]) => (
            <div class="card tile">
              <dt>{label}</dt>
              <dd id={`tile-${id}`}>–</dd>
              <dd class="unit">
                {unit} {id === "connections" && everywhere}
                {id === "channels" && <span data-where>{here}</span>}
              </dd>
            </div>
          ))}
        </dl>
        <OverviewView here={here} everywhere={everywhere} />
        <ConsoleView here={here} />
        <ListView
          id="channels"
          title="Channels"
          search="Search by name"
          columns={["Channel", "Kind", "Subscriptions", "Users"]}
        />
        <ListView
          id="connections"
          title="Connections"
          search="Search by id, address, origin or user"
          columns={["Connection", "Age", "Address", "Origin", "User", "Channels", ""]}
        />
      </main>
      <dialog id="details" aria-labelledby="details-title">
        <div class="dialog-head">
          <h2 id="details-title"></h2>
          <button type="button" id="details-close" aria-label="Close">✕</button>
        </div>
        <div id="details-body"></div>
      </dialog>
    </Document>
  );
}

function OverviewView({ here, everywhere }: Pick<MainProps, "here" | "everywhere">) {
  return (
    <section id="view-overview" class="view" aria-labelledby="overview-title">
      <h1 id="overview-title" class="hidden-label">Overview</h1>
      <div class="charts">
        <figure class="card">
          <figcaption>
            Connections <span class="muted">{everywhere}</span>
          </figcaption>
          <div class="chart" id="chart-connections"></div>
        </figure>
        <figure class="card">
          <figcaption>
            Messages a second <span class="muted">{everywhere}</span>
          </figcaption>
          <div class="chart" id="chart-messages"></div>
        </figure>
      </div>
      <div class="card">
        <h2>Nodes</h2>
        <div class="table-scroll" tabindex={0} role="region" aria-label="Nodes">
          <table class="rows" id="nodes">
            <thead>
              <tr>
                <th scope="col">Node</th>
                <th scope="col">State</th>
                <th scope="col">Address</th>
                <th scope="col" class="number">Connections</th>
                <th scope="col" class="number">Received / s</th>
                <th scope="col" class="number">Sent / s</th>
                <th scope="col" class="number">Up for</th>
              </tr>
            </thead>
            <tbody></tbody>
            <tfoot></tfoot>
          </table>
        </div>
      </div>
      <div class="card" id="webhooks-card" hidden>
        <h2>
          Webhooks <span class="muted" data-where>{here}</span>
        </h2>
        <div class="table-scroll" tabindex={0} role="region" aria-label="Webhooks">
          <table class="rows" id="webhooks">
            <thead>
              <tr>
                <th scope="col">URL</th>
                <th scope="col">Events</th>
                <th scope="col">State</th>
              </tr>
            </thead>
            <tbody></tbody>
          </table>
        </div>
        <p class="hint" id="webhooks-counts"></p>
        <p class="hint" id="webhooks-last" hidden></p>
      </div>
    </section>
  );
}

function ConsoleView({ here }: Pick<MainProps, "here">) {
  return (
    <section id="view-console" class="view" aria-labelledby="console-title" hidden>
      <div class="console-columns">
        <div class="card">
          <div class="card-head">
            <h1 id="console-title">
              Live events <span class="muted" data-where>{here}</span>
            </h1>
            <div class="actions">
              <button type="button" id="pause" aria-pressed="false">Pause</button>
              <button type="button" id="clear">Clear</button>
            </div>
          </div>
          <fieldset class="kinds">
            <legend class="hidden-label">Show only these kinds</legend>
            {ENTRY_KINDS.map((kind) => (
              <label class="chip" data-kind={kind}>
                <input type="checkbox" value={kind} checked />
                {kind.replace("-", " ").replace("api", "API")}
              </label>
            ))}
          </fieldset>
          <label class="hidden-label" for="filter">Filter by channel, event or connection</label>
          <input
            id="filter"
            type="search"
            placeholder="Channel, event or connection"
            autocomplete="off"
            spellcheck={false}
          />
          <p class="notice" id="console-note" role="status" hidden></p>
          <ol class="entries" id="entries" aria-label="Events, the newest first" tabindex={0}></ol>
          <p class="empty" id="entries-empty">
            Nothing has happened since you opened this page. Subscribe to a channel in your application, or
            send an event from here.
          </p>
        </div>
        <TriggerForm />
      </div>
    </section>
  );
}

function TriggerForm() {
  return (
    <form class="card trigger" id="trigger" autocomplete="off">
      <h2>Send an event</h2>
      <label for="trigger-channel">Channel</label>
      <input
        id="trigger-channel"
        name="channel"
        required
        spellcheck={false}
        autocapitalize="none"
        placeholder="orders"
      />
      <label for="trigger-event">Event</label>
      <input
        id="trigger-event"
        name="name"
        required
        spellcheck={false}
        autocapitalize="none"
        placeholder="App\Events\OrderShipped"
      />
      <label for="trigger-data">Data</label>
      <textarea id="trigger-data" name="data" rows={6} required spellcheck={false}>{'{"id": 1}'}</textarea>
      <p class="hint">
        Data is sent as it stands. Laravel sends JSON, and Echo listens to the class name behind a dot:{" "}
        <code>.listen('.App\\Events\\OrderShipped')</code>.
      </p>
      <button type="submit" class="primary">Send</button>
      <p class="notice" id="trigger-note" role="status" hidden></p>
    </form>
  );
}

interface ListProps {
  readonly id: "channels" | "connections";
  readonly title: string;
  readonly search: string;
  readonly columns: readonly string[];
}

function ListView({ id, title, search, columns }: ListProps) {
  return (
    <section id={`view-${id}`} class="view" aria-labelledby={`${id}-title`} hidden>
      <div class="card">
        <div class="card-head">
          <h1 id={`${id}-title`}>
            {title} <span class="muted" id={`${id}-node`}></span>
          </h1>
          <p class="muted count" id={`${id}-count`} role="status"></p>
        </div>
        <label class="hidden-label" for={`${id}-search`}>{search}</label>
        <input id={`${id}-search`} type="search" placeholder={search} autocomplete="off" spellcheck={false} />
        <p class="notice" id={`${id}-note`} role="status" hidden></p>
        <div class="table-scroll" tabindex={0} role="region" aria-label={title}>
          <table class="rows" id={`${id}-table`}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th scope="col" class={/Subscriptions|Users|Age/.test(column) ? "number" : ""}>
                    {column === "" ? <span class="hidden-label">Actions</span> : column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody></tbody>
          </table>
        </div>
        <p class="empty" id={`${id}-empty`} hidden></p>
        <div class="pager" id={`${id}-pager`} hidden>
          <button type="button" data-turn="-1">Previous</button>
          <span class="muted" aria-live="polite"></span>
          <button type="button" data-turn="1">Next</button>
        </div>
      </div>
    </section>
  );
}
