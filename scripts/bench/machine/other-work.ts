import { cpus } from "node:os";

/** How busy the machine was with other things than the benchmark. */
export interface OtherWork {
  /** Processors' worth of CPU time that went to processes that are not ours; the reason why figures scatter. */
  readonly processors: number;
}

/** Watches from its making on. */
export class OtherWorkWatch {
  readonly #startedAt = performance.now();
  readonly #busyBefore = busySeconds();
  #ours = 0;

  /** CPU seconds of the benchmark's own processes, which are not other work. */
  addOurs(seconds: number): void {
    this.#ours += seconds;
  }

  end(): OtherWork {
    const { user, system } = process.cpuUsage();
    const elapsed = (performance.now() - this.#startedAt) / 1000;
    const others = busySeconds() - this.#busyBefore - this.#ours - (user + system - ownBefore) / 1e6;
    ownBefore = user + system;
    return { processors: Math.max(0, others / elapsed) };
  }
}

let ownBefore = 0;

/** CPU seconds of all processors together in which they were not idle, since the machine has started. */
function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}
