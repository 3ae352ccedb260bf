import type { RecoveryConfig } from "../../config/config.ts";
import type { RetentionRule } from "../../config/kinds/recovery-kind.ts";
import { NamePatterns } from "../applications/name-patterns.ts";
import type { Retention } from "./channel-log.ts";

/** A rule with its patterns ready for use. */
interface CompiledRule extends Retention {
  readonly patterns: NamePatterns;
}

/** Which channels are logged, for how long, and why: what the settings of `recovery` say. Made anew at a reload. */
export class RetentionRules {
  readonly #settings: RecoveryConfig;
  readonly #recovered: NamePatterns;
  readonly #rewind: readonly CompiledRule[];
  readonly #history: readonly CompiledRule[];

  constructor(settings: RecoveryConfig) {
    this.#settings = settings;
    this.#recovered = new NamePatterns(settings.channels);
    this.#rewind = settings.rewind.map(compile);
    this.#history = settings.history.map(compile);
  }

  /** Whether a client that comes back is sent what it has missed on the channel. */
  recovers(channel: string): boolean {
    return this.#recovered.match(channel);
  }

  /** How much of the channel a new subscriber is sent; `undefined` for nothing. */
  rewindOf(channel: string): Retention | undefined {
    return this.#rewind.find(({ patterns }) => patterns.match(channel));
  }

  /** How much of the channel the API can read; `undefined` for nothing. */
  historyOf(channel: string): Retention | undefined {
    return this.#history.find(({ patterns }) => patterns.match(channel));
  }

  /** Whether the channel is logged without subscribers too. */
  keeps(channel: string): boolean {
    if (this.#rewind.length === 0 && this.#history.length === 0) return false;
    return this.rewindOf(channel) !== undefined || this.historyOf(channel) !== undefined;
  }

  /** How much of the channel is logged: the most of what is asked for; `undefined` for nothing. */
  retentionOf(channel: string): Retention | undefined {
    const { maxEvents, seconds } = this.#settings;
    const all = [
      this.recovers(channel) ? { events: maxEvents, seconds } : undefined,
      this.rewindOf(channel),
      this.historyOf(channel),
    ].filter((each) => each !== undefined);
    if (all.length === 0) return undefined;
    return {
      events: Math.max(...all.map(({ events }) => events)),
      seconds: Math.max(...all.map(({ seconds }) => seconds)),
    };
  }
}

function compile({ channels, events, seconds }: RetentionRule): CompiledRule {
  return { patterns: new NamePatterns(channels), events, seconds };
}
