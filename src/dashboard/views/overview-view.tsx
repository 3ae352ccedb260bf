/** @jsxImportSource hono/jsx */
import type { JSX } from "hono/jsx/jsx-runtime";
import type { NodePlaces } from "../cluster-view.ts";

/** The view with the charts, the nodes and the webhooks. */
export function OverviewView({ here, everywhere }: NodePlaces): JSX.Element {
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
