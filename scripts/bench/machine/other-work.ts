import { cpus } from "node:os";

/** How busy the machine was with other things than the benchmark. */
export interface OtherWork {
  /** Processors' worth of CPU time that went to processes that are not ours; the reason why figures scatter. */
  readonly processors: number;
}

/** Measures from its construction on. */
export class OtherWorkWatch {
  readonly #startedAt = performance.now();
  readonly #busyBefore = busySeconds();
  readonly #ownBefore = ownSeconds();
  #ours = 0;

  /** CPU seconds of the benchmark's own processes, which are not other work. */
  addOurs(seconds: number): void {
    this.#ours += seconds;
  }

  end(): OtherWork {
    const elapsed = (performance.now() - this.#startedAt) / 1000;
    const own = ownSeconds() - this.#ownBefore;
    const others = busySeconds() - this.#busyBefore - this.#ours - own;
    return { processors: Math.max(0, others / elapsed) };
  }
}

/** CPU seconds of this process. */
function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** CPU seconds of all processors together in which they were not idle, since the machine has started. */
function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}
