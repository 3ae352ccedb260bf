import type { Monitor } from "../hub/monitor/monitor.ts";
import { FileReserve } from "../monitoring/file-reserve.ts";
import { isFileLeft, openFileCount } from "../monitoring/open-file-count.ts";
import { openFileLimit } from "../monitoring/open-file-limit.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Timers } from "../failures/timers.ts";

/** Watches over the files that this process may have open; `undefined` where there is no limit, or none that is known. */
export function watchFiles(
  runtime: Runtime,
  { log, counters }: Monitor,
  monotonic: () => number,
  { every }: Pick<Timers, "every">,
): FileReserve | undefined {
  const limit = openFileLimit();
  if (limit === undefined || limit === Infinity || openFileCount() === undefined) return undefined;
  const queues = runtime.acceptQueues?.();
  return new FileReserve({
    ...{ limit, log, counters, monotonic, isFileLeft, count: openFileCount },
    prepare() {
      queues?.find().catch(() => {
        // The system does not allow it: connections for which no file is left wait until there is one.
      });
    },
    turnAway: () => queues?.turnAway() ?? 0,
    every,
  });
}
