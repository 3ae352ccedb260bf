import type { ReloadOutcome } from "../registry/runtime-record.ts";
import type { WorkerOrder, WorkerReport } from "./worker-message.ts";

/** Calls back after milliseconds, unless the function that it returns is called before. */
export type Delay = (milliseconds: number, call: () => void) => () => void;

/** Milliseconds within which a worker answers a question about its metrics. */
const METRICS_PATIENCE = 2000;
/** Milliseconds within which a worker has read its configuration again. */
const RELOAD_PATIENCE = 10_000;

/** Questions to a worker that it has not answered yet. */
export class WorkerQuestions {
  readonly #send: (order: WorkerOrder) => void;
  readonly #delay: Delay;
  #count = 0;
  readonly #metrics = new Map<number, (text: string | undefined) => void>();
  readonly #reloads: ((outcome: ReloadOutcome | undefined) => void)[] = [];

  constructor(send: (order: WorkerOrder) => void, delay: Delay) {
    this.#send = send;
    this.#delay = delay;
  }

  /** It reads its configuration again; `undefined` when it does not answer. */
  reload(): Promise<ReloadOutcome | undefined> {
    return new Promise((resolve) => {
      // The entry stays when the time is over: answers come in the order of the questions, and a late one belongs to this one.
      const cancel = this.#delay(RELOAD_PATIENCE, () => resolve(undefined));
      this.#reloads.push((outcome) => {
        cancel();
        resolve(outcome);
      });
      this.#send({ type: "reload" });
    });
  }

  /** Its metrics as Prometheus reads them; `undefined` when it does not answer. */
  metrics(): Promise<string | undefined> {
    const id = ++this.#count;
    return new Promise((resolve) => {
      const settle = (text: string | undefined): void => {
        cancel();
        this.#metrics.delete(id);
        resolve(text);
      };
      const cancel = this.#delay(METRICS_PATIENCE, () => settle(undefined));
      this.#metrics.set(id, settle);
      this.#send({ type: "metrics", id });
    });
  }

  /** It has answered. */
  answered(report: WorkerReport & { readonly type: "reloaded" | "metrics" }): void {
    if (report.type === "reloaded") this.#reloads.shift()?.(report.outcome);
    else this.#metrics.get(report.id)?.(report.text);
  }

  /** It will not answer any more. */
  giveUp(): void {
    for (const settle of [...this.#reloads.splice(0), ...this.#metrics.values()]) settle(undefined);
  }
}
