import type { ApplicationSource } from "../../hub/applications/application-source.ts";
import type { ApplicationDirectory } from "./application-directory.ts";
import type { KnownApplication } from "./known-application.ts";

/** What the refresh works with. */
export interface BackgroundRefreshParts {
  readonly directory: ApplicationDirectory;
  readonly source: ApplicationSource;
  /** Seconds that only grow. */
  readonly now: () => number;
  /** Seconds between two looks for changes; 0 for none. */
  readonly pollSeconds: number;
  /** Resolves in a later turn of the event loop. */
  readonly nextTurn: () => Promise<void>;
}

/** Seconds before an answer expires in which it is asked for anew, at most. */
const EARLIEST = 10;
/** Applications in one question: reading as many answers takes a few milliseconds. */
const AT_ONCE = 50;
/** Applications that are asked for one by one within a second. */
const SINGLY_A_TICK = 100;

/** Keeps what is known of the applications that are used as the source has it: before an answer expires, and where the source says that one has changed. */
export class BackgroundRefresh {
  readonly #parts: BackgroundRefreshParts;
  #isAsking = false;
  #isPolling = false;
  #polledAt = Number.NEGATIVE_INFINITY;

  constructor(parts: BackgroundRefreshParts) {
    this.#parts = parts;
  }

  /** Called several times a second. */
  tick(): void {
    this.#poll();
    const due = this.#due();
    if (due.length === 0) return;
    if (this.#parts.source.findAll !== undefined) return void this.#askTogether(due);
    for (const known of due.slice(0, SINGLY_A_TICK)) this.#askFor(known);
  }

  /** Those that are used and expire soon. */
  #due(): KnownApplication[] {
    const { directory, now } = this.#parts, time = now(), due: KnownApplication[] = [];
    for (const known of directory.known.values()) {
      const { expiresAt, askedAt, isRefreshing } = known,
        early = Math.min((expiresAt - askedAt) / 4, EARLIEST);
      if (expiresAt <= time + early && !isRefreshing && directory.isUsed(known)) due.push(known);
    }
    return due;
  }

  #askFor(known: KnownApplication): void {
    known.isRefreshing = true;
    void this.#parts.directory.refreshOne({ by: "id", value: known.id }).finally(() =>
      known.isRefreshing = false
    );
  }

  async #askTogether(due: readonly KnownApplication[]): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const { source, directory } = this.#parts;
    try {
      for (let at = 0; at < due.length; at += AT_ONCE) {
        const ids = due.slice(at, at + AT_ONCE).map(({ id }) => id);
        const answers = new Map((await source.findAll!(ids)).map((each) => [each.id, each]));
        directory.state.answered();
        for (const id of ids) {
          const answer = answers.get(id);
          if (answer !== undefined && "fault" in answer) directory.unusable(id, answer.fault);
          else directory.learn(id, answer?.found);
        }
        // What the others do in between goes on.
        await this.#parts.nextTurn();
      }
    } catch (error) {
      directory.state.failed(error);
    } finally {
      this.#isAsking = false;
    }
  }

  #poll(): void {
    const { source, pollSeconds, now, directory } = this.#parts;
    if (source.changed === undefined || pollSeconds === 0 || this.#isPolling) return;
    if (now() - this.#polledAt < pollSeconds) return;
    this.#isPolling = true;
    this.#polledAt = now();
    source.changed().then((names) => {
      directory.state.answered();
      for (const name of names) directory.changed(name);
    }, (error) => directory.state.failed(error)).finally(() => this.#isPolling = false);
  }
}
