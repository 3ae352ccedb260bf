import type { MetricFamily, NumberFamily } from "../../../monitoring/metrics/metric-family.ts";
import { MetricsPage } from "../../../monitoring/metrics/metrics-page.ts";
import { mergeMetrics } from "./merge-metrics.ts";
import type { WorkerState } from "../supervisor.ts";

/** Metrics of the workers that only their parent knows: whether each is up, and how often it was replaced. */
export function workersMetrics(states: readonly WorkerState[]): MetricFamily[] {
  const family = (
    type: NumberFamily["type"],
    name: string,
    help: string,
    value: (state: WorkerState) => number,
  ): NumberFamily => ({
    ...{ type, name, help, labels: ["worker"] },
    read: () => states.map((state) => [{ worker: String(state.number) }, value(state)] as const),
  });
  return [
    family("gauge", "resound_worker_up", "Whether the worker listens and answers: 1 or 0", (state) => {
      return state.metrics === undefined ? 0 : 1;
    }),
    family(
      "counter",
      "resound_worker_replacements_total",
      "Processes that have replaced a worker's first one",
      ({ replacements }) => replacements,
    ),
  ];
}

/** The page as Prometheus reads it: what the parent knows of its workers, and the metrics of each. */
export async function workersPage(states: readonly WorkerState[]): Promise<string> {
  const pages = states.flatMap(({ number, metrics: text }) => text === undefined ? [] : [{ number, text }]);
  return `${await new MetricsPage(workersMetrics(states)).text()}\n${mergeMetrics(pages)}`;
}
