/** @jsxImportSource hono/jsx */
import type { JSX } from "hono/jsx/jsx-runtime";
import type { NodePlaces } from "../cluster-view.ts";
import { ConsoleView } from "./console-view.tsx";
import { type AssetUrls, Document } from "./document.tsx";
import { ListView } from "./list-view.tsx";
import { OverviewView } from "./overview-view.tsx";

/** What the page of an application shows before its script has started. */
export interface MainProps extends NodePlaces {
  readonly assets: AssetUrls;
  /** The dashboard's path, with the server's prefix. */
  readonly path: string;
  readonly applicationId: string;
  readonly applicationKey: string;
  /** The page sends it with every change. */
  readonly requestToken: string;
}

const VIEWS = [["overview", "Overview"], ["console", "Console"], ["channels", "Channels"], [
  "connections",
  "Connections",
]] as const;

/** Id, label and unit, and what stands in their place on a phone. */
const TILES = [
  ["connections", "Connections", "open", "Conn.", "open"],
  ["channels", "Channels", "occupied", "Channels", "in use"],
  ["received", "Received", "messages / s", "Received", "/ s"],
  ["sent", "Sent", "messages / s", "Sent", "/ s"],
  ["events", "Events", "events / s", "Events", "/ s"],
  ["refused", "Refused", "in 10 min", "Refused", "10 min"],
] as const;

/** The page of an application; its script fills in the figures and the events. */
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
        <p class="notice error">This page needs JavaScript.</p>
      </noscript>
      <main id="main" tabindex={-1}>
        <p class="tiles-scope muted" data-scope>{everywhere}</p>
        <dl class="tiles">
          {TILES.map(([id, label, unit, short, shortUnit]) => {
            const name = <Either long={label} short={short} />;
            return (
              <div class="card tile">
                <dt>
                  {id === "refused"
                    ? <button type="button" class="link" id="show-refusals">{name}</button>
                    : name}
                </dt>
                <dd id={`tile-${id}`}>–</dd>
                <dd class="unit">
                  <Either long={unit} short={shortUnit} />
                </dd>
              </div>
            );
          })}
        </dl>
        <OverviewView here={here} everywhere={everywhere} />
        <ConsoleView everywhere={everywhere} />
        <ListView
          id="channels"
          title="Channels"
          search="Search by name"
          columns={["Channel", "Kind", { number: "Subscriptions" }, { number: "Users" }]}
        />
        <ListView
          id="connections"
          title="Connections"
          search="Search by id, address, origin or user"
          columns={["Connection", { number: "Age" }, "Address", "Origin", "User", "Channels", ""]}
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

/** One of two texts, by the width of the screen. */
function Either({ long, short }: { readonly long: string; readonly short: string }): JSX.Element {
  if (long === short) return <>{long}</>;
  return (
    <>
      <span class="long">{long}</span>
      <span class="short">{short}</span>
    </>
  );
}
