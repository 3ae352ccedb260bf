import { Latch } from "../channels/latch.ts";
import { recoveryTopic } from "../channels/topic.ts";
import { CutConnection, oneReturned } from "./cut-connection.ts";
import type { KnownNames } from "./known-names.ts";
import type { LogBook } from "./log-book.ts";
import { continued, MARGIN, missedBy, type RecoveryMessage } from "./passed-on.ts";
import type { RecoveredChannel } from "./recoverable-connection.ts";
import type { RecoveredHub, RecoveryServices } from "./recovery-services.ts";
import type { SavedEntry } from "./recovery-state.ts";
import { UnloggedEvents } from "./unlogged-events.ts";

/** Milliseconds for which names may be on their way from another node. */
const EXPECTED = 150;

/**
 * The other nodes that have clients of the same application, as far as recovery is concerned. A client may come back to any of them: so
 * each connection that is cut is passed on to all, with what the client has missed until then.
 */
export class OtherNodes {
  readonly #hub: RecoveredHub;
  readonly #logs: LogBook;
  readonly #names: KnownNames;
  readonly #services: RecoveryServices;
  readonly #unlogged = new UnloggedEvents(MARGIN);
  /** Events of which another node has told that had not come here. */
  readonly #late = new UnloggedEvents(MARGIN);
  /** Called when a name that clients have brought is passed on. */
  readonly #expected = new Map<string, () => void>();

  constructor(hub: RecoveredHub, logs: LogBook, names: KnownNames, services: RecoveryServices) {
    this.#hub = hub;
    this.#logs = logs;
    this.#names = names;
    this.#services = services;
  }

  /** Tells the others of a connection that was cut here. */
  passOn(cut: CutConnection): void {
    if (!this.isTold) return;
    const { name, origin, socketIds, users, positions, before, until } = cut, shift = this.#shift;
    const saved = { name, origin, socketIds, users, positions: [...positions], until: until + shift };
    this.#tell({
      type: "cut",
      cut: saved,
      missed: missedBy(saved, before, this.#logs, shift, this.#services.now()),
    });
    for (const channel of positions.keys()) {
      const logged = this.#logs.find(channel);
      if (logged !== undefined) logged.passedUntil = this.#services.now() + 2 * MARGIN;
    }
  }

  /** A client has come back here that was one of these. */
  returned(possible: readonly CutConnection[]): void {
    this.#tell({ type: "returned", names: possible.map(({ name }) => name) });
  }

  /** An event was published on a channel that is logged here. */
  published(logged: RecoveredChannel, frame: string, except: string | undefined, now: number): void {
    if (now >= logged.passedUntil) return;
    this.#tell({ type: "late", channel: logged.name, frame, except: except ?? null });
  }

  /** Whether an event that comes from another node is in the log already, since a third one was quicker to pass it on. */
  isLogged(channel: string, frame: string): boolean {
    return this.#late.take(channel, frame, this.#services.now());
  }

  /** An event was published on a channel that is not logged here. */
  unlogged(channel: string, frame: string, except: string | undefined, at: number): void {
    if (!this.isTold || !this.#logs.rules.recovers(channel)) return;
    this.#unlogged.add({ channel, frame, except, at });
  }

  /** Takes what another node tells. */
  receive(message: RecoveryMessage): void {
    if (message.type === "cut") return this.#takeOver(message);
    if (message.type === "late") return this.#addLate(message);
    const cut = message.names.map((name) => this.#names.find(name)).filter((one) =>
      one instanceof CutConnection
    );
    for (const { name, until } of oneReturned(cut)) this.#names.finish(name, until);
  }

  /**
   * Names that are unknown here may be on their way: `arrived` is called for each that comes within a moment. The answer opens when all
   * have come, or the moment is over; `undefined` where there is nothing to wait for.
   */
  expect(names: readonly string[], arrived: (name: string) => void): Latch | undefined {
    if (names.length === 0 || !this.isTold) return undefined;
    const latch = new Latch(), missing = new Set(names);
    for (const name of names) {
      this.#expected.set(name, () => {
        this.#expected.delete(name);
        missing.delete(name);
        arrived(name);
        if (missing.size === 0) latch.open();
      });
    }
    this.#services.after(EXPECTED, () => {
      for (const name of missing) this.#expected.delete(name);
      latch.open();
    });
    return latch;
  }

  #takeOver({ cut: { until: end, ...cut }, missed }: Extract<RecoveryMessage, { type: "cut" }>): void {
    const now = this.#services.now(), until = end - this.#shift;
    if (until <= now || this.#names.find(cut.name) !== undefined) return;
    const positions = new Map<string, number>(), before = new Map<string, readonly SavedEntry[]>();
    for (const each of missed) {
      this.#begin(each.channel, now);
      const here = continued(each, this.#logs, now);
      positions.set(each.channel, here.position);
      if (here.before.length > 0) before.set(each.channel, here.before);
      const logged = this.#logs.find(each.channel);
      if (logged === undefined) continue;
      logged.awaitedUntil = Math.max(logged.awaitedUntil, until);
      this.#logs.left(logged);
      this.#hub.awaitClient(each.channel);
    }
    const isSettledAt = now + MARGIN;
    this.#names.addCut(new CutConnection({ ...cut, positions, before, until, isSettledAt }));
    this.#expected.get(cut.name)?.();
  }

  /** Begins the log of a channel with what was published here a moment ago. */
  #begin(channel: string, now: number): void {
    if (this.#logs.find(channel) !== undefined) return;
    const logged = this.#logs.open(channel);
    if (logged === undefined) return;
    for (const { frame, except, at } of this.#unlogged.of(channel, now)) {
      this.#logs.append(logged, frame, except, at, false, 0);
    }
  }

  /** Adds an event that this node may have heard itself. */
  #addLate({ channel, frame, except }: Extract<RecoveryMessage, { type: "late" }>): void {
    const logged = this.#logs.find(channel), now = this.#services.now();
    if (logged === undefined) return;
    const recent = logged.log.last(logged.log.length, now - 2 * MARGIN);
    if (recent.some((entry) => entry.frame === frame)) return;
    this.#logs.append(logged, frame, except ?? undefined, now, false, 0);
    this.#late.add({ channel, frame, except: undefined, at: now });
  }

  #tell(message: RecoveryMessage): void {
    const { application, cluster } = this.#hub;
    if (this.isTold) {
      cluster.events.publish(recoveryTopic(application.id), JSON.stringify(message), undefined);
    }
  }

  /** Whether there are other nodes, which share no logs: those tell more. */
  get isTold(): boolean {
    const { isShared, log } = this.#hub.cluster;
    return isShared && log === undefined;
  }

  /** Makes milliseconds since 1970 of the clock that only grows. */
  get #shift(): number {
    return this.#services.wallClock() - this.#services.now();
  }
}
