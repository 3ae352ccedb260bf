import { Log } from "../../../../src/monitoring/log.ts";
import { Supervisor } from "../../../../src/process/workers/supervisor.ts";
import type { WorkerOrder, WorkerReport } from "../../../../src/process/workers/worker-message.ts";
import type { WorkerEvents, WorkerLink } from "../../../../src/process/workers/worker-process.ts";

/** A process that a test plays. */
export class FakeProcess implements WorkerLink {
  readonly orders: WorkerOrder["type"][] = [];
  readonly number: number;
  readonly pid: number;
  readonly #events: WorkerEvents;
  isKilled = false;

  constructor(number: number, pid: number, events: WorkerEvents) {
    this.number = number;
    this.pid = pid;
    this.#events = events;
  }

  send(order: WorkerOrder): void {
    this.orders.push(order.type);
    this.lastOrder = order;
  }

  lastOrder: WorkerOrder | undefined;

  kill(): void {
    this.isKilled = true;
    this.ends({ signal: "SIGKILL" });
  }

  says(report: WorkerReport): void {
    this.#events.report(report);
  }

  listens(version = "1"): void {
    this.says({ type: "listening", version });
  }

  ends({ code, signal }: { code?: number; signal?: string }): void {
    this.#events.ended({ code, signal });
  }
}

interface Timer {
  readonly at: number;
  readonly call: () => void;
}

/** A supervisor of processes that a test plays, with a clock that it turns. */
export class FakeWorkers {
  /** Every process that was started, in that order. */
  readonly started: FakeProcess[] = [];
  readonly lines: string[] = [];
  readonly supervisor: Supervisor;
  #now = 0;
  readonly #timers = new Set<Timer>();
  /** Whether the system gives no more processes. */
  isExhausted = false;

  constructor(count: number) {
    this.supervisor = new Supervisor({
      count,
      version: "1",
      log: new Log("text", (line) => this.lines.push(line.slice(24)), () => new Date(0)),
      now: () => this.#now,
      stopPatience: () => 5000,
      delay: (milliseconds, call) => {
        const timer = { at: this.#now + milliseconds, call };
        this.#timers.add(timer);
        return () => void this.#timers.delete(timer);
      },
      spawn: (number, events) => {
        if (this.isExhausted) throw new Error("the system starts no process");
        const process = new FakeProcess(number, 100 + this.started.length, events);
        this.started.push(process);
        return process;
      },
    });
  }

  /** The process that was started as this one. */
  process(index: number): FakeProcess {
    const process = this.started[index];
    if (process === undefined) throw new Error(`Only ${this.started.length} processes were started`);
    return process;
  }

  /** Lets time pass, with what falls into it. */
  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#now = next.at;
      this.#timers.delete(next);
      next.call();
    }
    this.#now = end;
  }
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Workers that all listen. */
export function listeningWorkers(count: number): FakeWorkers {
  const workers = new FakeWorkers(count);
  for (const process of workers.started) process.listens();
  return workers;
}
