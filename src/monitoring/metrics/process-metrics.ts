import process from "node:process";
import { openFileCount } from "../open-file-count.ts";
import { openFileLimit } from "../open-file-limit.ts";
import { type MetricFamily, type NumberFamily, single } from "./metric-family.ts";

/** Metrics of the process, with the names that Prometheus' client libraries have for them. Files are counted only on Linux. */
export function processMetrics(startedAt: number): MetricFamily[] {
  const files = openFileCount() === undefined ? [] : [
    gauge(
      "process_open_fds",
      "Open file descriptors, each connection one of them",
      () => openFileCount() ?? 0,
    ),
  ];
  const limit = openFileLimit();
  const limits = limit === undefined
    ? []
    : [gauge("process_max_fds", "File descriptors that may be open at most", () => limit)];
  return [
    {
      type: "counter",
      name: "process_cpu_seconds_total",
      help: "Processor time that was used, in user and system mode",
      labels: [],
      read: single(() => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      }),
    },
    gauge("process_resident_memory_bytes", "Memory that is held in RAM", () => process.memoryUsage().rss),
    gauge("process_heap_bytes", "Memory of JavaScript objects", () => process.memoryUsage().heapUsed),
    gauge("process_start_time_seconds", "When the process started, in seconds since 1970", () => startedAt),
    ...files,
    ...limits,
  ];
}

function gauge(name: string, help: string, read: () => number): NumberFamily {
  return { type: "gauge", name, help, labels: [], read: single(read) };
}
