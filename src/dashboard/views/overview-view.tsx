/** @jsxImportSource hono/jsx */
import type { JSX } from "hono/jsx/jsx-runtime";
import type { NodePlaces } from "../cluster-view.ts";
import { RowsTable } from "./rows-table.tsx";

/** The view with the charts, the nodes, recovery and the webhooks. */
export function OverviewView({ here, everywhere }: NodePlaces): JSX.Element {
  return (
    <section id="view-overview" class="view" aria-labelledby="overview-title">
      <h1 id="overview-title" class="hidden-label">Overview</h1>
      <div class="charts">
        <figure class="card">
          <figcaption>
            Connections <span class="muted" data-scope>{everywhere}</span>
          </figcaption>
          <div class="chart" id="chart-connections"></div>
        </figure>
        <figure class="card">
          <figcaption>
            Messages a second <span class="muted" data-scope>{everywhere}</span>
          </figcaption>
          <div class="chart" id="chart-messages"></div>
        </figure>
      </div>
      <div class="card">
        <h2>Nodes</h2>
        <RowsTable
          id="nodes"
          label="Nodes"
          columns={[
            "Node",
            "State",
            "Address",
            { number: "Connections" },
            { number: "Received / s" },
            { number: "Sent / s" },
            { number: "Up for" },
          ]}
          hasSums
        />
      </div>
      <div class="card" id="recovery-card" hidden>
        <h2>
          Recovery <span class="muted" data-here>{here}</span>
        </h2>
        <p class="hint" id="recovery-counts"></p>
      </div>
      <div class="card" id="webhooks-card" hidden>
        <h2>
          Webhooks <span class="muted" data-here>{here}</span>
        </h2>
        <RowsTable id="webhooks" label="Webhooks" columns={["URL", "Events", "State"]} />
        <p class="hint" id="webhooks-counts"></p>
        <p class="hint" id="webhooks-last" hidden></p>
      </div>
    </section>
  );
}
