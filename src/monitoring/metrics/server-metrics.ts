import type { EventLoopDelay } from "../event-loop-delay.ts";
import type { HttpCalls } from "../http-calls.ts";
import { type MetricFamily, single } from "./metric-family.ts";

/** The state of the server that the metrics read. */
export interface ServerState {
  readonly version: string;
  /** Name and version of the runtime. */
  readonly runtime: string;
  readonly httpCalls: HttpCalls;
  readonly eventLoopDelay: EventLoopDelay;
  /** Whether a load balancer should send clients. */
  readonly ready: () => boolean;
  /** The number of events that are kept for cache channels. */
  readonly cachedEvents: () => number;
}

/** Metrics of the server as a whole. */
export function serverMetrics(state: ServerState): MetricFamily[] {
  const { version, runtime, httpCalls, eventLoopDelay } = state;
  return [
    {
      type: "gauge",
      name: "resound_build_info",
      help: "Always 1; the labels say what runs",
      labels: ["version", "runtime"],
      read: () => [[{ version, runtime }, 1]],
    },
    {
      type: "gauge",
      name: "resound_ready",
      help: "Whether a load balancer should send clients: 1, or 0 while draining or degraded",
      labels: [],
      read: single(() => state.ready() ? 1 : 0),
    },
    {
      type: "gauge",
      name: "resound_cached_events",
      help: "Events that are kept for cache channels",
      labels: [],
      read: single(state.cachedEvents),
    },
    {
      type: "histogram",
      name: "resound_http_request_duration_seconds",
      help:
        "Time to answer HTTP requests, by route and status; /app/:key with 101 are the WebSocket handshakes",
      labels: ["route", "status"],
      *read() {
        for (const { route, status, histogram } of httpCalls) {
          yield [{ route, status: String(status) }, histogram];
        }
      },
    },
    {
      type: "histogram",
      name: "resound_event_loop_delay_seconds",
      help: "How much too late a timer was called: for so long everything else had to wait",
      labels: [],
      read: () => [[{}, eventLoopDelay.histogram]],
    },
  ];
}
