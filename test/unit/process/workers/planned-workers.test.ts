import { expect, test } from "bun:test";
import { workerCount } from "../../../../src/process/workers/planned-workers.ts";

test.each(
  [[4, 16, 4], [1, 16, 1], ["auto", 16, 16], ["auto", 1, 1], ["auto", 0, 1], ["auto", 512, 256]] as const,
)(
  "%s on %i processors are %i processes",
  (setting, processors, count) => expect(workerCount(setting, () => processors)).toBe(count),
);
