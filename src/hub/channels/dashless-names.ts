import type { Log } from "../../monitoring/log.ts";
import { kindInReverb } from "../../protocol/channel-name.ts";

/** So many names of an application are logged, since a client can make up any number of them. */
const LOGGED = 5;

/**
 * Warns, once for each name, of channels that are public here and are not in Reverb: Reverb looks for `private`, `presence` and
 * `cache`, Pusher for these words with their dash.
 */
export class DashlessNames {
  readonly #log: Log;
  readonly #application: string;
  readonly #logged = new Set<string>();

  constructor(log: Log, application: string) {
    this.#log = log;
    this.#application = application;
  }

  /** A channel of this name is opened on this node. */
  opened(name: string): void {
    if (this.#logged.size === LOGGED || this.#logged.has(name)) return;
    const kind = kindInReverb(name);
    if (kind === undefined) return;
    this.#logged.add(name);
    const difference = kind === "cache" ? "keeps no event" : "is public: every client may subscribe to it";
    const last = this.#logged.size === LOGGED ? "; no further names are logged" : "";
    this.#log.warning(
      "channel_kind",
      `The channel ${
        JSON.stringify(name.slice(0, 200))
      } ${difference}. Reverb takes it for a ${kind} channel, but as with Pusher ` +
        `the name of one has to begin with ${kind}-${last}`,
      { application: this.#application },
    );
  }
}
