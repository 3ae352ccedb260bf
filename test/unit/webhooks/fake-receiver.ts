import type { PostOutcome } from "../../../src/webhooks/post-outcome.ts";
import type { PostOptions } from "../../../src/webhooks/post-webhook.ts";
import type { SignedRequest } from "../../../src/webhooks/signed-request.ts";
import type { WebhookEvent } from "../../../src/webhooks/webhook-event.ts";
import type { FakeClock } from "./fake-clock.ts";

/** What a receiver does with one request; `lost` accepts it, and the answer is lost. */
export interface Reaction {
  readonly kind: "accept" | "refuse" | "hang" | "lost" | "close" | "lead";
  /** Milliseconds until it answers. */
  readonly after: number;
}

/** An application's side of the webhooks, in fake time. Accepts at once unless a test sets another reaction. */
export class FakeReceiver {
  readonly requests: SignedRequest[] = [];
  /** The events that it accepted, by delivery, in the order in which the deliveries came. */
  readonly taken = new Map<string, readonly WebhookEvent[]>();
  readonly #clock: FakeClock;
  readonly #reactions: Reaction[] = [];
  /** The reaction to requests after those of `expect`. */
  always: Reaction["kind"] = "accept";

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** The reactions to the next requests, in order. */
  expect(...reactions: readonly Reaction[]): void {
    this.#reactions.push(...reactions);
  }

  /** Accepts every request from now on. */
  recover(): void {
    this.#reactions.length = 0;
    this.always = "accept";
  }

  /** The events that it accepted, without repetitions. */
  get events(): WebhookEvent[] {
    return [...this.taken.values()].flat();
  }

  readonly post = (request: SignedRequest, { signal }: Pick<PostOptions, "signal">): Promise<PostOutcome> => {
    this.requests.push(request);
    const { kind, after } = this.#reactions.shift() ?? { kind: this.always, after: 0 };
    const delivery = request.headers["X-Resound-Delivery"]!;
    if ((kind === "accept" || kind === "lost") && !this.taken.has(delivery)) {
      this.taken.set(delivery, (JSON.parse(request.body) as { events: WebhookEvent[] }).events);
    }
    return new Promise((resolve) => {
      const patience = kind === "hang" || kind === "lost" ? 5000 : Math.min(5000, after);
      this.#clock.after(patience, () => resolve(outcome(kind)));
      signal?.addEventListener("abort", () => resolve({ kind: "aborted" }), { once: true });
    });
  };
}

function outcome(kind: Reaction["kind"]): PostOutcome {
  switch (kind) {
    case "accept":
      return { kind: "accepted", status: 200, body: "" };
    case "refuse":
      return { kind: "error_status", status: 500, body: "" };
    case "lead":
      return { kind: "redirect", status: 302, location: "https://elsewhere.example/" };
    case "hang":
    case "lost":
      return { kind: "timeout", seconds: 5 };
    case "close":
      return { kind: "unreachable", reason: "closed", code: "ECONNRESET" };
  }
}
