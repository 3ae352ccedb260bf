import { reasonOf } from "./reason-of.ts";
import {
  LinkDown,
  type LinkState,
  type RedisCommand,
  type RedisLink,
  type RedisLinkEvents,
} from "./redis-link.ts";
import { systemTimers, type Timers } from "../failures/timers.ts";
import type { RedisSession, SessionListener } from "./redis-session.ts";

/** Milliseconds before the next attempt: at first, and at most; each failure doubles the delay. */
const FIRST_DELAY = 50, LONGEST_DELAY = 2000;

/** Keeps a session open: when one is lost or cannot be opened, it opens the next, for ever. */
export class ReconnectingLink implements RedisLink {
  #state: LinkState = "connecting";
  #failure: string | undefined;
  #session: RedisSession | undefined;
  /** Whether messages go by SPUBLISH, by the latest session. */
  #sharded = false;
  /** Attempts in a row that have failed. */
  #failures = 0;
  #cancelAttempt: (() => void) | undefined;
  #opening: Promise<void> | undefined;
  #stopped = false;
  readonly #open: (listener: SessionListener) => Promise<RedisSession>;
  readonly #events: RedisLinkEvents;
  readonly #random: () => number;
  readonly #timers: Pick<Timers, "after">;

  /** `open` makes a session; `random` gives numbers from 0 up to 1 for the jitter. */
  constructor(
    open: (listener: SessionListener) => Promise<RedisSession>,
    events: RedisLinkEvents,
    random: () => number,
    timers: Pick<Timers, "after"> = systemTimers,
  ) {
    this.#open = open;
    this.#events = events;
    this.#random = random;
    this.#timers = timers;
  }

  get state(): LinkState {
    return this.#state;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  start(): void {
    this.#opening = this.#attempt();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#state = "down";
    this.#failure = "this server stops";
    this.#cancelAttempt?.();
    this.#session?.close();
    this.#session = undefined;
    await this.#opening;
  }

  async run(commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
    return await this.#up().run(commands);
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    await this.#up().subscribe(channels);
  }

  unsubscribe(channels: readonly string[]): void {
    this.#session?.unsubscribe(channels);
  }

  publishCommand(channel: string, payload: string): RedisCommand {
    return [this.#sharded ? "SPUBLISH" : "PUBLISH", channel, payload];
  }

  async barrier(channel: string): Promise<void> {
    await this.#up().barrier(channel);
  }

  #up(): RedisSession {
    if (this.#session === undefined) throw new LinkDown(this.#failure ?? "not connected yet");
    return this.#session;
  }

  async #attempt(): Promise<void> {
    let session: RedisSession | undefined, lost: string | undefined;
    try {
      session = await this.#open({
        lost: (reason) => {
          lost ??= reason;
          if (session !== undefined && session === this.#session) this.#fail(reason);
        },
        message: (channel, payload) => this.#events.message(channel, payload),
        moved: (channels) => this.#events.moved?.(channels),
      });
    } catch (error) {
      if (!this.#stopped) this.#fail(error instanceof LinkDown ? error.reason : reasonOf(error));
      return;
    }
    if (this.#stopped) return session.close();
    if (lost !== undefined) return this.#fail(lost);
    this.#session = session;
    this.#sharded = session.info.sharded;
    this.#state = "up";
    this.#failure = undefined;
    this.#failures = 0;
    this.#events.up(session.info);
  }

  /** Notes a failure, announces the first one of an outage, and tries again a little later. */
  #fail(reason: string): void {
    const isAnnounced = this.#state === "down";
    this.#session?.close();
    this.#session = undefined;
    this.#state = "down";
    this.#failure = reason;
    const longest = Math.min(FIRST_DELAY * 2 ** this.#failures++, LONGEST_DELAY);
    // Between half and the whole of it, so that many nodes do not connect all at once.
    const delay = longest * (0.5 + this.#random() / 2);
    this.#cancelAttempt = this.#timers.after(delay, () => void (this.#opening = this.#attempt()));
    if (!isAnnounced) this.#events.down(reason);
  }
}
