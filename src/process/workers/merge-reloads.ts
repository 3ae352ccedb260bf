import type { WorkerReload } from "./worker-message.ts";

/** What one worker made of its new configuration; no outcome when it has not answered. */
export interface WorkerAnswer {
  readonly number: number;
  readonly outcome: WorkerReload | undefined;
}

/** One answer for all: taken when all have taken it. What all say is said once, anything else by its worker. */
export function mergeReloads(answers: readonly WorkerAnswer[]): WorkerReload {
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
