import type { WorkerReload } from "./worker-message.ts";

/** What one worker made of its new configuration; no outcome when it has not answered. */
export interface WorkerAnswer {
  readonly number: number;
  readonly outcome: WorkerReload | undefined;
}

/** One answer for all: taken when all have taken it. What all say is said once, anything else by its worker. */
export function mergeReloads(answers: readonly WorkerAnswer[]): WorkerReload {
  const accepted = answers.every(({ outcome }) => outcome?.accepted === true);
  const heard = answers.map(({ number, outcome }) => ({
    number,
    messages: outcome?.messages ?? ["has not answered within its time"],
  }));
  const messages = [...new Set(heard.flatMap((each) => each.messages))];
  return {
    accepted,
    messages: messages.flatMap((message) => {
      const by = heard.filter((each) => each.messages.includes(message)).map(({ number }) => number);
      return by.length === answers.length ? [message] : [`worker ${by.join(", ")}: ${message}`];
    }),
  };
}
