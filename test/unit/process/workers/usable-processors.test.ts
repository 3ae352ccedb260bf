import { expect, test } from "bun:test";
import { usableProcessors } from "../../../../src/process/workers/usable-processors.ts";

const usable = (bound: number, files: Readonly<Record<string, string>>): number =>
  usableProcessors(() => bound, (path) => files[path]);

test("without a limit they are those that the process is bound to", () => {
  expect(usable(8, {})).toBe(8);
  expect(usable(8, { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "max 100000\n" })).toBe(8);
  expect(usable(0, {})).toBe(1);
});

test.each(
  [["200000 100000", 2], ["150000 100000", 2], ["50000 100000", 1], ["1600000 100000", 8], ["x", 8], [
    "5 0",
    8,
  ]] as const,
)("in a container with the limit %s they are %i of 8", (limit, count) => {
  expect(usable(8, { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": `${limit}\n` })).toBe(count);
});

test("the limit of a unit counts, and that of each slice above it", () => {
  const group = "/system.slice/resound.service",
    at = (path: string): string => `/sys/fs/cgroup${path}/cpu.max`;
  const own = { "/proc/self/cgroup": `0::${group}\n`, [at(group)]: "400000 100000\n" };
  expect(usable(8, own)).toBe(4);
  expect(usable(8, { ...own, [at("/system.slice")]: "300000 100000\n" })).toBe(3);
});

test("so does the limit in the older form, with a tree for each kind", () => {
  const files = {
    "/proc/self/cgroup": "11:memory:/docker/a1\n3:cpu,cpuacct:/docker/a1\n0::/docker/a1\n",
    "/sys/fs/cgroup/cpu/docker/a1/cpu.cfs_quota_us": "-1\n",
    "/sys/fs/cgroup/cpu/docker/a1/cpu.cfs_period_us": "100000\n",
  };
  expect(usable(8, files)).toBe(8);
  expect(usable(8, { ...files, "/sys/fs/cgroup/cpu/docker/a1/cpu.cfs_quota_us": "250000\n" })).toBe(3);
  // A container sees its own group at the top, under the path that it has outside.
  const inside = {
    "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "100000",
    "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
  };
  expect(usable(8, { ...files, ...inside })).toBe(1);
});
