import type { ClusterCounters } from "../cluster-counters.ts";
import type { Counters } from "../counters.ts";
import type { DirectoryCounters } from "../directory-counters.ts";
import { directoryMetrics } from "./directory-metrics.ts";
import { EventLoopDelay } from "../event-loop-delay.ts";
import { applicationMetrics, type ApplicationState } from "./application-metrics.ts";
import { clusterMetrics } from "./cluster-metrics.ts";
import { METRICS_TYPE, MetricsPage } from "./metrics-page.ts";
import { ShownApplications } from "./shown-applications.ts";
import { processMetrics } from "./process-metrics.ts";
import { serverMetrics } from "./server-metrics.ts";
import { recoveryMetrics } from "./recovery-metrics.ts";
import { streamMetrics } from "./stream-metrics.ts";
import { soketiMetrics, type SoketiSeries } from "./soketi-metrics.ts";
import { webhookMetrics } from "./webhook-metrics.ts";

/** The sources of the metrics, and the listener that serves them. */
export interface MetricsParts {
  readonly counters: Counters;
  readonly version: string;
  /** Name and version of the runtime. */
  readonly runtime: string;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  /** When the process started, in seconds since 1970. */
  readonly startedAt: number;
  readonly applications: () => Iterable<ApplicationState>;
  /** Applications with series of their own (`metrics.max_applications`). */
  readonly maxApplications: number;
  /** Why a load balancer should send no clients; empty when it should. */
  readonly readiness: () => readonly string[];
  readonly cachedEvents: () => number;
  /** `undefined` where the configuration has the applications. */
  readonly directory?: DirectoryCounters | undefined;
  /** How soketi's series are named, and the port in their labels; `undefined` without them. */
  readonly soketi?: Pick<SoketiSeries, "prefix" | "port"> | undefined;
  /** `undefined` for a server without scaling. */
  readonly cluster: ClusterCounters | undefined;
  /** Starts to listen. The constructor passes on its errors. `undefined` where another process serves the metrics. */
  readonly listen: ((answer: AnswerRequest) => MetricsListener) | undefined;
}

type AnswerRequest = (request: Request) => Promise<Response>;

/** A listener of the runtime. */
interface MetricsListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the metrics on a port of their own: one page, `/metrics`, until the server has stopped. */
export class MetricsServer {
  /** `undefined` where another process serves the metrics. */
  readonly port: number | undefined;
  readonly #page: MetricsPage;
  readonly #listener: MetricsListener | undefined;
  readonly #eventLoopDelay: EventLoopDelay;

  constructor(parts: MetricsParts) {
    const { counters, cluster } = parts;
    const eventLoopDelay = this.#eventLoopDelay = new EventLoopDelay(parts.monotonic);
    const { maxApplications: most, applications: states } = parts;
    const shown = new ShownApplications({ counters: counters.applications, states, most });
    let looked: ReturnType<ShownApplications["look"]> = { counters: new Map(), states: [] };
    const bounded = {
      get applications() {
        return looked.counters;
      },
      unattributedRefusals: counters.unattributedRefusals,
    };
    const page = this.#page = new MetricsPage([
      ...serverMetrics({
        ...parts,
        httpCalls: counters.httpCalls,
        eventLoopDelay,
        ready: () => parts.readiness().length === 0,
      }),
      ...applicationMetrics(bounded, () => looked.states),
      ...webhookMetrics(bounded),
      ...recoveryMetrics(bounded),
      ...(parts.directory === undefined
        ? []
        : directoryMetrics(parts.directory, () => counters.applications.size)),
      ...(cluster === undefined ? [] : clusterMetrics(cluster)),
      ...(counters.stream === undefined ? [] : streamMetrics(counters.stream)),
      ...processMetrics(parts.startedAt),
      ...(parts.soketi === undefined ? [] : soketiMetrics({
        ...parts.soketi,
        get applications() {
          return looked.counters;
        },
        states: () => looked.states,
      })),
    ], () => looked = shown.look());
    const pages = new Map([["/metrics", () => page.text()]]);
    this.#listener = parts.listen?.((request) => answerMetrics(request, pages));
    this.port = this.#listener?.port;
    eventLoopDelay.start();
  }

  /** Every metric as it is now, in Prometheus' text format. */
  text(): Promise<string> {
    return this.#page.text();
  }

  async close(): Promise<void> {
    this.#eventLoopDelay.stop();
    await this.#listener?.close();
  }
}

/** Answers a request to the port of the metrics. `pages` has each page by its path. */
export async function answerMetrics(
  { method, url }: Request,
  pages: ReadonlyMap<string, () => Promise<string>>,
): Promise<Response> {
  const text = pages.get(new URL(url).pathname);
  if (text === undefined) {
    return new Response(`Metrics are at ${[...pages.keys()].join(" and ")}.\n`, { status: 404 });
  }
  if (method !== "GET" && method !== "HEAD") {
    return new Response("Method not allowed.\n", { status: 405, headers: { Allow: "GET, HEAD" } });
  }
  return new Response(await text(), { headers: { "Content-Type": METRICS_TYPE } });
}
