import type { ReloadOutcome } from "../registry/runtime-record.ts";

/** What became of one worker's reload; no outcome when it has not answered. */
export interface WorkerAnswer {
  readonly number: number;
  readonly outcome: ReloadOutcome | undefined;
}

/** One outcome for all: accepted when all have accepted. A message of all workers stands there once, any other with its worker. */
export function mergeReloads(answers: readonly WorkerAnswer[]): ReloadOutcome {
  const messages = [...new Set(answers.flatMap(({ outcome }) => outcome?.messages ?? []))];
  const silent = answers.filter(({ outcome }) => outcome === undefined);
  return {
    accepted: answers.every(({ outcome }) => outcome?.accepted === true),
    messages: [
      ...messages.map((message) => {
        const by = answers.filter(({ outcome }) => outcome?.messages.includes(message));
        return by.length === answers.length ? message : `${names(by)}: ${message}`;
      }),
      ...silent.length === 0 ? [] : [`${names(silent)}: no answer in time`],
    ],
  };
}

function names(answers: readonly WorkerAnswer[]): string {
  return `worker ${answers.map(({ number }) => number).join(", ")}`;
}
