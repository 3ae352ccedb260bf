import { type MetricSample, readMetrics } from "./read-metrics.ts";

/** What one worker tells of itself. */
export interface WorkerMetrics {
  readonly number: number;
  /** The process that has its place now; `undefined` while there is none. */
  readonly pid: number | undefined;
  /** In Prometheus' text format; `undefined` when it does not answer. */
  readonly metrics: string | undefined;
}

/** How the gauges of several workers become one where adding them up says nothing. */
const GAUGES: ReadonlyMap<string, (one: number, other: number) => number> = new Map([
  ["resound_build_info", Math.max],
  ["resound_ready", Math.min],
  ["resound_redis_up", Math.min],
  ["resound_cluster_nodes", Math.max],
  ["resound_bus_last_round_trip_seconds", Math.max],
  ["process_start_time_seconds", Math.min],
]);

/** What a process had counted when it was last asked, by series. */
interface Counted {
  readonly pid: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** A metric on the page. */
interface Family {
  readonly head: string;
  readonly values: Map<string, number>;
}

/**
 * The workers as if they were one server. What only grows goes on growing when a process is replaced or does not answer for once:
 * what it had counted when it was last asked is kept.
 */
export class MetricsSum {
  readonly #last = new Map<number, Counted>();
  /** Of processes that were replaced. */
  readonly #ended = new Map<string, number>();

  /** The page of the sum, in Prometheus' text format. Series that no worker has any more are not on it. */
  page(workers: readonly WorkerMetrics[]): string {
    const samples = workers.flatMap((worker) => this.#take(worker));
    const families = new Map<string, Family>();
    for (const { family, type, head, series, value } of samples) {
      const { values } = families.get(family) ?? { values: new Map<string, number>() };
      families.set(family, { head, values });
      const before = values.get(series);
      if (type !== "gauge") values.set(series, before ?? this.#counted(series));
      else values.set(series, before === undefined ? value : (GAUGES.get(family) ?? add)(before, value));
    }
    return Array.from(families.values(), ({ head, values }) => {
      return `${head}\n${Array.from(values, ([series, value]) => `${series} ${value}\n`).join("")}`;
    }).join("\n");
  }

  /** What a worker says now; what it has counted is remembered. */
  #take({ number, pid, metrics }: WorkerMetrics): readonly MetricSample[] {
    if (pid === undefined || metrics === undefined) return [];
    const samples = [...readMetrics(metrics)], last = this.#last.get(number);
    if (last !== undefined && last.pid !== pid) {
      for (const [series, count] of last.counts) {
        this.#ended.set(series, (this.#ended.get(series) ?? 0) + count);
      }
    }
    const counted = samples.filter(({ type }) => type !== "gauge");
    this.#last.set(number, { pid, counts: new Map(counted.map(({ series, value }) => [series, value])) });
    return samples;
  }

  /** By all processes that were ever asked. */
  #counted(series: string): number {
    let sum = this.#ended.get(series) ?? 0;
    for (const { counts } of this.#last.values()) sum += counts.get(series) ?? 0;
    return sum;
  }
}

function add(one: number, other: number): number {
  return one + other;
}
