import { expect, test } from "bun:test";
import { MetricsSum, type WorkerMetrics } from "../../../../../src/process/workers/metrics/metrics-sum.ts";

const page = (count: number, connections: number, ready = 1): string =>
  [
    "# HELP a_total What a is",
    "# TYPE a_total counter",
    `a_total{kind="x y"} ${count}`,
    "",
    "# HELP b_seconds What b is",
    "# TYPE b_seconds histogram",
    `b_seconds_bucket{le="+Inf"} ${count}`,
    "",
    "# HELP connections Who is here",
    "# TYPE connections gauge",
    `connections ${connections}`,
    "",
    "# HELP resound_ready Whether",
    "# TYPE resound_ready gauge",
    `resound_ready ${ready}`,
    "",
  ].join("\n");

const worker = (number: number, pid: number, metrics: string | undefined): WorkerMetrics => {
  return { number, pid, metrics };
};

/** The values on a page, without what explains them. */
function values(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

test("counts, distributions and what is there now are added up; all are ready when each is", () => {
  const text = new MetricsSum().page([worker(1, 10, page(3, 5)), worker(2, 20, page(4, 6, 0))]);
  expect(text).toBe(page(7, 11, 0));
});

test("what only grows goes on growing when a process is replaced, or does not answer", () => {
  const sum = new MetricsSum();
  sum.page([worker(1, 10, page(3, 5)), worker(2, 20, page(4, 6))]);
  const silent = sum.page([worker(1, 10, undefined), worker(2, 20, page(5, 6))]);
  expect(values(silent)).toEqual([
    'a_total{kind="x y"} 8',
    'b_seconds_bucket{le="+Inf"} 8',
    "connections 6",
    "resound_ready 1",
  ]);
  const replaced = sum.page([worker(1, 11, page(1, 0)), worker(2, 20, page(5, 6))]);
  expect(values(replaced)).toEqual([
    'a_total{kind="x y"} 9',
    'b_seconds_bucket{le="+Inf"} 9',
    "connections 6",
    "resound_ready 1",
  ]);
  expect(values(sum.page([worker(1, 12, page(2, 0)), worker(2, 21, page(0, 0))]))[0]).toBe(
    'a_total{kind="x y"} 11',
  );
});

test("what no worker has any more is gone", () => {
  const sum = new MetricsSum();
  sum.page([worker(1, 10, page(3, 5))]);
  expect(sum.page([worker(1, 10, "# HELP c C\n# TYPE c gauge\nc 1\n")])).toBe(
    "# HELP c C\n# TYPE c gauge\nc 1\n",
  );
  expect(sum.page([])).toBe("");
});
