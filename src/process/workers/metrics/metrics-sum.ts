import { type MetricSample, readMetrics } from "./read-metrics.ts";

/** The metrics of one worker, and which process they are of. */
export interface WorkerMetrics {
  readonly number: number;
  /** The process that serves as this worker now; `undefined` while there is none. */
  readonly pid: number | undefined;
  /** In Prometheus' text format; `undefined` when it does not answer. */
  readonly metrics: string | undefined;
}

/** How the gauges of several workers become one, where their sum has no meaning. */
const GAUGES: ReadonlyMap<string, (one: number, other: number) => number> = new Map([
  ["resound_build_info", Math.max],
  ["resound_ready", Math.min],
  ["resound_redis_up", Math.min],
  ["resound_cluster_nodes", Math.max],
  ["resound_bus_last_round_trip_seconds", Math.max],
  ["resound_stream_lag_seconds", Math.max],
  ["resound_stream_readers", Math.max],
  ["resound_stream_redis_up", Math.min],
  ["process_start_time_seconds", Math.min],
]);

/** What a process had counted at its last answer, by series. */
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
 * The metrics of all workers as if they were one server. Counters go on growing when a process is replaced, or misses an answer:
 * what it had counted at its last answer stays in the sum.
 */
export class MetricsSum {
  readonly #last = new Map<number, Counted>();
  /** Counts of processes that were replaced, by series. */
  readonly #ended = new Map<string, number>();

  /** The page of the sum, in Prometheus' text format. A series that no worker has any more is not on it. */
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

  /** Takes a worker's metrics, and keeps its counts. */
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

  /** The count of all processes that have ever answered. */
  #counted(series: string): number {
    let sum = this.#ended.get(series) ?? 0;
    for (const { counts } of this.#last.values()) sum += counts.get(series) ?? 0;
    return sum;
  }
}

function add(one: number, other: number): number {
  return one + other;
}
