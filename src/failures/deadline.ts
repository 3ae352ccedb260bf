import { systemTimers, type Timers } from "./timers.ts";

/** No answer came in time; the message is for people: `no answer within 10 s`. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";

  /** `milliseconds` is how long the caller has waited. */
  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds / 1000} s`);
  }
}

/** What `answer` resolves with, unless it takes longer than so many milliseconds: then rejects with a {@link NoAnswer}. */
export async function within<T>(
  milliseconds: number,
  answer: Promise<T>,
  { after }: Pick<Timers, "after"> = systemTimers,
): Promise<T> {
  const late = new AbortController();
  const cancel = after(milliseconds, () => late.abort(new NoAnswer(milliseconds)));
  try {
    return await before(late.signal, answer);
  } finally {
    cancel();
  }
}

/** Resolves after so many milliseconds, or once `hurry` is aborted. */
export async function pause(
  milliseconds: number,
  hurry: AbortSignal,
  timers?: Pick<Timers, "after">,
): Promise<void> {
  if (milliseconds > 0) await waitAtMost(milliseconds, new Promise<never>(() => {}), hurry, timers);
}

/**
 * Waits for `work`, but no longer than so many milliseconds, and not once `hurry` is aborted. Resolves with its outcome, with
 * `undefined` when the wait ended first. Rejects only as `work` does.
 */
export async function waitAtMost<T>(
  milliseconds: number,
  work: Promise<T>,
  hurry?: AbortSignal,
  { after }: Pick<Timers, "after"> = systemTimers,
): Promise<T | undefined> {
  const end = Promise.withResolvers<undefined>();
  const giveUp = (): void => end.resolve(undefined);
  const cancel = after(milliseconds, giveUp);
  if (hurry?.aborted === true) giveUp();
  hurry?.addEventListener("abort", giveUp);
  try {
    return await Promise.race([work, end.promise]);
  } finally {
    cancel();
    hurry?.removeEventListener("abort", giveUp);
  }
}

/** What `answer` resolves with, unless the signal is aborted first: then rejects with the signal's reason. */
export async function before<T>(signal: AbortSignal, answer: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (): void => reject(signal.reason);
  if (signal.aborted) end();
  signal.addEventListener("abort", end);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
