import { Hono } from "hono";
import type { Caller } from "../hub/connections/socket.ts";
import { ActivityFeed } from "../hub/monitor/activity-feed.ts";
import { answerAssets } from "./assets.ts";
import { nodeRows, ownName, scopeOf } from "./cluster-view.ts";
import { Consoles } from "./console/consoles.ts";
import type { DashboardBindings, DashboardOptions, DashboardServices } from "./dashboard-services.ts";
import { answerData } from "./data-routes.ts";
import { Figures } from "./figures.ts";
import { OccupiedChannels } from "./occupied-channels.ts";
import { answerPages } from "./page-routes.tsx";
import { NEVER_CACHED, SECURITY_HEADERS } from "./security-headers.ts";
import { Sessions } from "./sessions.ts";
import { SignInLimit } from "./sign-in-limit.ts";
import { Viewers } from "./viewers.ts";
import { recoveryFigures } from "./recovery-figures.ts";
import { webhookFigures } from "./webhook-figures.ts";

/** Seconds between two messages about the nodes. */
const NODES_INTERVAL = 5;

/** The dashboard of all applications. */
export class Dashboard {
  readonly #services: DashboardServices;
  readonly #app: Hono<DashboardBindings>;
  #ticks = 0;

  constructor(options: DashboardOptions) {
    const { monitor, hubs, hubById, hubByKey, wallClock, monotonic, newSessionId: newId, cluster, port } =
      options;
    const now = (): number => wallClock() / 1000, origin = newId().slice(0, 12);
    const channels = new OccupiedChannels(monotonic, options.yieldTurn);
    const viewers = new Viewers({
      opened: (hub) => consoles.opened(hub),
      closed: (hub) => consoles.closed(hub),
    });
    const consoles = new Consoles({
      ...{ hubs, hubById, monotonic, cluster: port, now: wallClock, feed: new ActivityFeed(monitor) },
      others: (hub) => cluster.nodes(hub).length - 1,
      place: (hub) => ({ origin, node: options.everywhere === "" ? undefined : ownName(hub, cluster) }),
      show: (hub, batch) => viewers.add(hub, batch),
    });
    this.#services = {
      ...options,
      path: `${options.prefix}/dashboard`,
      sessions: new Sessions({ hubById, hubByKey, now, newId }),
      signInLimit: new SignInLimit(() => monotonic() / 1000, () => port.attempts),
      figures: new Figures({ wallClock, monotonic }, {
        others: (hub) => port.isShared && port.questions === undefined ? [] : cluster.others(hub),
        channels: (hub) => channels.of(hub),
      }),
      ...{ viewers, consoles, channels },
    };
    this.#app = createApp(this.#services);
    consoles.start();
  }

  /** Its path as URLs have it: with escapes where the prefix has other letters. */
  get path(): string {
    return new URL(this.#services.path, "http://localhost").pathname;
  }

  /** Answers a request below `/dashboard`, or any request on a port of its own, and counts it. */
  async fetch(request: Request, caller: Caller): Promise<Response> {
    const { monitor, monotonic, admits } = this.#services, startedAt = monotonic();
    const response = admits(caller.address)
      ? await this.#app.fetch(request, { caller })
      : this.#refuse(caller.address);
    monitor.counters.httpCalls.observe("/dashboard", response.status, (monotonic() - startedAt) / 1000);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
    if (!response.headers.has("Cache-Control")) {
      for (const [name, value] of Object.entries(NEVER_CACHED)) response.headers.set(name, value);
    }
    return response;
  }

  #refuse(address: string): Response {
    const { monitor } = this.#services;
    const detail =
      "a request to the dashboard from an address that dashboard.allowed_addresses does not name";
    monitor.refused({ reason: "address_not_allowed", detail, address });
    const text = `The dashboard is not for the address ${address}. The operator can add it to ` +
      "dashboard.allowed_addresses (REVERB_DASHBOARD_ALLOWED_ADDRESSES).\n";
    return new Response(text, { status: 403, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  }

  /** The other nodes know nothing of this one, as when it came about. */
  bring(): void {
    this.#services.consoles.bring();
  }

  /** Takes a message of another node's dashboard. */
  receive(topic: string, text: string): void {
    this.#services.consoles.receive(topic, text);
  }

  /** Takes the figures of a second and sends them to open pages. The server calls it once a second. */
  tick(): void {
    const { figures, viewers, consoles, channels, hubs, cluster } = this.#services;
    figures.tick(hubs());
    viewers.endExpired();
    const areNodesDue = this.#ticks++ % NODES_INTERVAL === 0;
    consoles.tick(areNodesDue);
    for (const hub of viewers.hubs()) {
      channels.refresh(hub);
      const row = figures.last(hub);
      if (row !== undefined) viewers.show(hub, "sample", row);
      if (areNodesDue) viewers.show(hub, "nodes", nodeRows(hub, cluster, figures));
      viewers.show(hub, "scope", scopeOf(this.#services));
      const webhooks = webhookFigures(hub);
      // Sent now and then without webhooks too, so that pages notice when the last one was removed.
      if (areNodesDue || webhooks.targets.length > 0) viewers.show(hub, "webhooks", webhooks);
      const recovery = recoveryFigures(hub);
      // The same: pages notice when a reload has turned it off.
      if (areNodesDue || recovery !== null) viewers.show(hub, "recovery", recovery);
    }
  }

  /** Ends the streams of the open pages, which then know that the server stops. Other nodes are still sent what happens. */
  stop(): void {
    this.#services.viewers.close();
  }

  /** The last client has gone: nothing happens here any more. */
  end(): void {
    this.#services.consoles.stop();
  }
}

function createApp(services: DashboardServices): Hono<DashboardBindings> {
  const root = new Hono<DashboardBindings>({ strict: false });
  if (services.isAlone) root.get("/", (context) => context.redirect(services.path, 302));
  const app = root.basePath(services.path);
  answerPages(app, services);
  answerData(app, services);
  answerAssets(app);
  app.notFound((context) => context.text("Not found.", 404));
  app.onError((error, context) => {
    services.monitor.fault(error);
    return context.text("Internal server error.", 500);
  });
  return app;
}
