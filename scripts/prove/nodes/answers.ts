import type { Outcome } from "../history/operation.ts";

/** Milliseconds that a client waits for an answer. */
const PATIENCE = 8000;

/** What a message means for an operation: `undefined` when it is not its answer. */
export type Matches = (event: string, channel: string | undefined) => Outcome | undefined;

interface Waiting {
  readonly matches: Matches;
  readonly end: (outcome: Outcome) => void;
}

/** The answers that one connection waits for. */
export class Answers {
  readonly #waiting = new Set<Waiting>();

  /** Resolves with what the answer means; `unknown` when the connection ends before it, or the time is up. */
  wait(matches: Matches): Promise<Outcome> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        matches,
        end: (outcome) => {
          clearTimeout(timer);
          this.#waiting.delete(waiting);
          resolve(outcome);
        },
      };
      const timer = setTimeout(() => waiting.end("unknown"), PATIENCE);
      this.#waiting.add(waiting);
    });
  }

  /** A message has come. */
  message(event: string, channel: string | undefined): void {
    for (const waiting of [...this.#waiting]) {
      const outcome = waiting.matches(event, channel);
      if (outcome === undefined) continue;
      waiting.end(outcome);
      // One pong answers one ping.
      if (event === "pusher:pong") return;
    }
  }

  /** The connection has ended. */
  over(): void {
    for (const { end } of [...this.#waiting]) end("unknown");
  }
}

/** The answer to `pusher:ping`. */
export function isPong(event: string): Outcome | undefined {
  return event === "pusher:pong" ? "ok" : undefined;
}

/** The answer to a new connection. */
export function isGreeting(event: string): Outcome | undefined {
  if (event === "pusher:connection_established") return "ok";
  return event === "pusher:error" ? "refused" : undefined;
}

/** The answer to a subscription. */
export function isConfirmationOf(channel: string): Matches {
  return (event, on) => {
    if (on !== channel) return undefined;
    if (event === "pusher_internal:subscription_succeeded") return "ok";
    return event === "pusher:subscription_error" ? "refused" : undefined;
  };
}
