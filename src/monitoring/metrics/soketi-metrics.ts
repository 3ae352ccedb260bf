import { type ApplicationCounters, RECEIVED_KINDS, SENT_KINDS } from "../application-counters.ts";
import type { CountedApplications } from "../counters.ts";
import type { ApplicationState } from "./application-metrics.ts";
import type { MetricFamily, NumberFamily } from "./metric-family.ts";

/** What soketi's series are made of. */
export interface SoketiSeries extends CountedApplications {
  /** The beginning of their names: `soketi_`. */
  readonly prefix: string;
  /** The port that clients connect to. */
  readonly port: string;
  readonly states: () => Iterable<ApplicationState>;
}

/**
 * soketi's series of applications, with its names and labels, for boards that were made for it. Bytes are those of the messages, without
 * framing; what is counted for the API are its events.
 */
export function soketiMetrics(series: SoketiSeries): MetricFamily[] {
  const { prefix, port, states } = series, labels = ["app_id", "port"];
  const counter = (name: string, help: string, count: (of: ApplicationCounters) => number): NumberFamily => ({
    type: "counter",
    name: `${prefix}${name}`,
    help: `${help}, as soketi names it`,
    labels,
    *read() {
      for (const [app_id, each] of series.applications) yield [{ app_id, port }, count(each)];
    },
  });
  return [
    {
      type: "gauge",
      name: `${prefix}connected`,
      help: "Connections that are established, as soketi names it",
      labels,
      *read() {
        for (const { id, connections } of states()) yield [{ app_id: id, port }, connections];
      },
    },
    counter("new_connections_total", "Connections that were established", ({ connects }) => connects),
    counter(
      "new_disconnections_total",
      "Established connections that have ended",
      ({ disconnects }) => Object.values(disconnects).reduce((sum, each) => sum + each, 0),
    ),
    counter("socket_received_bytes", "Bytes of the messages of clients", receivedBytes),
    counter("socket_transmitted_bytes", "Bytes of the messages to clients", sentBytes),
    counter("ws_messages_received_total", "Messages of clients", (each) => each.messagesReceived),
    counter("ws_messages_sent_total", "Messages to clients", (each) => each.messagesSent),
    counter(
      "http_calls_received_total",
      "Events of the API, once for each channel",
      (each) => each.apiEvents,
    ),
  ];
}

function receivedBytes({ received }: ApplicationCounters): number {
  return RECEIVED_KINDS.reduce((sum, kind) => sum + received[kind].bytes, 0);
}

function sentBytes({ sent }: ApplicationCounters): number {
  return SENT_KINDS.reduce((sum, kind) => sum + sent[kind].bytes, 0);
}
