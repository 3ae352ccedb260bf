import type { Batch } from "./batch.ts";
import type { DeliveryClock } from "./delivery-clock.ts";
import type { PostOutcome } from "./post-outcome.ts";

/** What a sender needs. */
export interface BatchSenderParts {
  readonly clock: DeliveryClock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Sends a batch. MUST NOT reject. */
  readonly send: (batch: Batch, signal: AbortSignal) => Promise<PostOutcome>;
  /** Called after each request; `others` is whether more batches wait for another try. */
  readonly sent: (outcome: PostOutcome, others: boolean) => void;
  /** Called once for each batch, when it was accepted or is too old to be tried again. */
  readonly ended: (batch: Batch, outcome: "accepted" | "expired") => void;
}

interface Sending {
  readonly batch: Batch;
  failures: number;
  cancelRetry: (() => void) | undefined;
}

/** Sends batches to one URL, side by side: each again and again, until it is accepted or expires. */
export class BatchSender {
  readonly #parts: BatchSenderParts;
  readonly #sending = new Set<Sending>();
  readonly #end = new AbortController();

  constructor(parts: BatchSenderParts) {
    this.#parts = parts;
  }

  /** Batches under way, those that wait for their next try included. */
  get size(): number {
    return this.#sending.size;
  }

  get isStopped(): boolean {
    return this.#end.signal.aborted;
  }

  begin(batch: Batch): void {
    const sending: Sending = { batch, failures: 0, cancelRetry: undefined };
    this.#sending.add(sending);
    void this.#try(sending);
  }

  /** Aborts the requests under way, and returns the batches that were not accepted. */
  stop(): readonly Batch[] {
    this.#end.abort();
    const batches = Array.from(this.#sending, ({ batch }) => batch);
    for (const { cancelRetry } of this.#sending) cancelRetry?.();
    this.#sending.clear();
    return batches;
  }

  async #try(sending: Sending): Promise<void> {
    const { batch } = sending, { clock, random, send, sent, ended } = this.#parts;
    sending.cancelRetry = undefined;
    const outcome = await send(batch, this.#end.signal);
    if (!this.#sending.has(sending)) return;
    const isAccepted = outcome.kind === "accepted";
    if (!isAccepted) sending.failures++;
    const left = batch.expiresAt - clock.now();
    const hasEnded = isAccepted || left <= 0;
    if (hasEnded) this.#sending.delete(sending);
    sent(outcome, Array.from(this.#sending).some(({ failures }) => failures > 0));
    if (hasEnded) return ended(batch, isAccepted ? "accepted" : "expired");
    const delay = Math.min(left, retryDelay(sending.failures, random));
    sending.cancelRetry = clock.after(delay, () => void this.#try(sending));
  }
}

/** Milliseconds before the first retry, and between two at most. */
const FIRST = 500, LONGEST = 30_000;

/**
 * Milliseconds before the next try after `failures` failed ones: twice as long each time, less a random part of up to half, so that
 * batches that failed together are not tried again together. `random` gives numbers in [0, 1).
 */
export function retryDelay(failures: number, random: () => number): number {
  const longest = Math.min(LONGEST, FIRST * 2 ** Math.min(failures - 1, 16));
  return Math.round(longest * (1 - random() / 2));
}
