import type { ClusterCounters } from "../cluster-counters.ts";
import type { Counters } from "../counters.ts";
import { EventLoopDelay } from "../event-loop-delay.ts";
import { applicationMetrics, type ApplicationState } from "./application-metrics.ts";
import { clusterMetrics } from "./cluster-metrics.ts";
import { METRICS_TYPE, MetricsPage } from "./metrics-page.ts";
import { processMetrics } from "./process-metrics.ts";
import { serverMetrics } from "./server-metrics.ts";
import { webhookMetrics } from "./webhook-metrics.ts";

/** What the metrics are read from, and where they are shown. */
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
  /** Why clients should be sent elsewhere; empty when all is well. */
  readonly readiness: () => readonly string[];
  readonly cachedEvents: () => number;
  /** `undefined` for a server that does not scale. */
  readonly cluster: ClusterCounters | undefined;
  /** Starts to listen; what it throws, the constructor throws. Missing where another process shows the metrics. */
  readonly listen: ((answer: AnswerRequest) => MetricsListener) | undefined;
}

type AnswerRequest = (request: Request) => Promise<Response>;

/** Something that listens, as a runtime gives it. */
interface MetricsListener {
  readonly port: number;
  close(): Promise<void>;
}

/** The port of the metrics: one page, `/metrics`, for as long as the server lives. */
export class MetricsServer {
  /** `undefined` where another process shows the metrics. */
  readonly port: number | undefined;
  readonly #page: MetricsPage;
  readonly #listener: MetricsListener | undefined;
  readonly #eventLoopDelay: EventLoopDelay;

  constructor(parts: MetricsParts) {
    const { counters, cluster } = parts;
    const eventLoopDelay = this.#eventLoopDelay = new EventLoopDelay(parts.monotonic);
    const page = this.#page = new MetricsPage([
      ...serverMetrics({
        ...parts,
        httpCalls: counters.httpCalls,
        eventLoopDelay,
        ready: () => parts.readiness().length === 0,
      }),
      ...applicationMetrics(counters, parts.applications),
      ...webhookMetrics(counters),
      ...(cluster === undefined ? [] : clusterMetrics(cluster)),
      ...processMetrics(parts.startedAt),
    ]);
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

/** Answers a request to the port of the metrics, of which there may be several pages by their paths. */
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
