import type { Metric, MetricObjectWithValues, MetricValue, Registry } from "prom-client";
import type { HistogramFamily, Labels, MetricFamily, NumberFamily } from "./metric-family.ts";
import type { Histogram } from "../histogram.ts";

/** The media type of Prometheus' text format. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type PromClient = typeof import("prom-client");

/** All metrics in Prometheus' format. Between two readings it keeps nothing but the counters themselves. */
export class MetricsPage {
  readonly #families: readonly MetricFamily[];
  readonly #begin: (() => void) | undefined;
  /** `undefined` before the first reading. */
  #registry: Promise<Registry> | undefined;

  /** `begin` is called before each reading. */
  constructor(families: readonly MetricFamily[], begin?: () => void) {
    this.#families = families;
    this.#begin = begin;
  }

  /** Every metric as it is now, in Prometheus' text format. */
  async text(): Promise<string> {
    const registry = await (this.#registry ??= this.#register());
    this.#begin?.();
    return await registry.metrics();
  }

  /** prom-client is loaded here, with the first reading: a server whose metrics are never read needs 4 MB less. */
  async #register(): Promise<Registry> {
    const client = await import("prom-client");
    const registry = new client.Registry();
    for (const family of this.#families) {
      if (family.type === "histogram") registry.registerMetric(asMetric(family));
      else register(client, family, registry);
    }
    return registry;
  }
}

/** Each reading drops the series of the one before, so that an application that was removed has no series left. */
function register(
  { Counter, Gauge }: Pick<PromClient, "Counter" | "Gauge">,
  { type, name, help, labels, read }: NumberFamily,
  registry: Registry,
): void {
  const shape = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === "gauge") {
    new Gauge({
      ...shape,
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.set(labels, value);
      },
    });
  } else {
    new Counter({
      ...shape,
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.inc(labels, value);
      },
    });
  }
}

/** A histogram of prom-client's own cannot take over counts. Its registry needs no more of a metric than this. */
function asMetric(family: HistogramFamily): Metric {
  const { name, help, type } = family;
  const get = (): Promise<MetricObjectWithValues<MetricValue<string>>> => {
    const values = [...family.read()].flatMap(([labels, histogram]) => series(name, labels, histogram));
    // The registry compares `type` with "histogram", although prom-client's declarations have a number there.
    const shown: unknown = { name, help, type, aggregator: "sum", values };
    return Promise.resolve(shown as MetricObjectWithValues<MetricValue<string>>);
  };
  const metric: unknown = { name, help, get };
  return metric as Metric;
}

function series(name: string, labels: Labels, { bounds, counts, sum }: Histogram): object[] {
  let count = 0;
  const buckets = counts.map((each, index) => {
    count += each;
    const le = bounds[index] === undefined ? "+Inf" : String(bounds[index]);
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
