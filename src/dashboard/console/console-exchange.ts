import { CONSOLE_QUESTIONS, consoleTopic } from "../../hub/channels/topic.ts";
import type { Cluster } from "../../hub/cluster/cluster.ts";
import type { EntryBatch } from "../wire.ts";
import { type ConsoleMessage, readConsoleMessage } from "./read-entries.ts";

/** Milliseconds for which another node's page counts as open after it was heard of. */
const PATIENCE = 20_000;

/** What the exchange works with. */
export interface ExchangeParts {
  readonly cluster: Pick<Cluster, "isShared" | "events" | "interest" | "questions">;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  /** How many entries of what each other node has kept of an application are asked for. */
  readonly share: (applicationId: string) => number;
  /** A page of an application is open elsewhere. What this node has kept of it, no more than so many entries; `undefined` where it does not serve it. */
  readonly history: (applicationId: string, most: number) => EntryBatch | undefined;
  /** Takes what has happened on another node. */
  readonly entries: (applicationId: string, batch: EntryBatch) => void;
}

/**
 * Brings to an open page what happens on the other nodes. A node with an open page asks the others now and then; until some time after
 * the last question they send what happens there. All nodes with a dashboard listen to the questions, those with an open page of an
 * application to its entries. While no page is open nothing is sent.
 */
export class ConsoleExchange {
  readonly #parts: ExchangeParts;
  /** The applications of which a page is open here, by topic. */
  readonly #open = new Map<string, string>();
  /** Until when a page of an application counts as open elsewhere. */
  readonly #watched = new Map<string, number>();
  #isStarted = false;
  /** Whether something could not be sent, because the others were out of reach. */
  #wasAway = false;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#isStarted = true;
    if (this.#parts.cluster.isShared) this.bring();
  }

  /** The other nodes know nothing of this one, as when it came about: it listens to all topics anew. */
  bring(): void {
    if (!this.#isStarted) return;
    const { interest } = this.#parts.cluster;
    interest.listen(CONSOLE_QUESTIONS, {}, () => {});
    for (const [topic, applicationId] of this.#open) {
      interest.listen(topic, {}, () => this.#ask(applicationId, true));
    }
  }

  stop(): void {
    this.#isStarted = false;
    for (const topic of [CONSOLE_QUESTIONS, ...this.#open.keys()]) this.#release(topic);
    this.#open.clear();
  }

  /** One more page of an application was opened: the others send what they have kept. */
  opened(applicationId: string): void {
    const { isShared, interest } = this.#parts.cluster, topic = consoleTopic(applicationId);
    const isFirst = !this.#open.has(topic);
    this.#open.set(topic, applicationId);
    if (!isShared) return;
    if (isFirst) interest.listen(topic, {}, () => this.#ask(applicationId, true));
    else this.#ask(applicationId, true);
  }

  /** The last page of an application was closed. */
  closed(applicationId: string): void {
    const topic = consoleTopic(applicationId);
    if (this.#open.delete(topic)) this.#release(topic);
  }

  /** Says again which pages are open. Called every few seconds. After an outage it asks for what has happened meanwhile. */
  repeat(): void {
    const wantsHistory = this.#wasAway;
    this.#wasAway = false;
    for (const applicationId of this.#open.values()) this.#ask(applicationId, wantsHistory);
  }

  /** Whether a page of an application is open on another node. */
  isWatched(applicationId: string): boolean {
    const until = this.#watched.get(applicationId);
    if (until === undefined) return false;
    if (until > this.#parts.monotonic()) return true;
    this.#watched.delete(applicationId);
    return false;
  }

  /** Whether a page of any application may be open on another node. */
  get isAnyWatched(): boolean {
    for (const id of this.#watched.keys()) if (this.isWatched(id)) return true;
    return false;
  }

  /** Sends what has happened here to the nodes with an open page. */
  send(applicationId: string, batch: EntryBatch): void {
    if (!this.isWatched(applicationId)) return;
    this.#publish(consoleTopic(applicationId), { type: "entries", batch });
  }

  /** Takes a message of another node. */
  receive(topic: string, text: string): void {
    const message = readConsoleMessage(text), applicationId = this.#open.get(topic);
    if (message?.type === "entries") {
      if (applicationId !== undefined) this.#parts.entries(applicationId, message.batch);
    } else if (message?.type === "watch" && topic === CONSOLE_QUESTIONS) this.#watch(message);
  }

  #watch({ application, most }: Extract<ConsoleMessage, { type: "watch" }>): void {
    // One that hears of the page only now, because it was out of reach, sends what it has kept although the others have done so.
    const isNew = !this.isWatched(application), { share, history: historyOf } = this.#parts;
    const history = historyOf(application, most > 0 || !isNew ? most : share(application));
    if (history === undefined) return;
    this.#watched.set(application, this.#parts.monotonic() + PATIENCE);
    if (history.entries.length > 0) this.send(application, history);
  }

  #release(topic: string): void {
    const { isShared, interest } = this.#parts.cluster;
    if (isShared) interest.release(topic);
  }

  #ask(application: string, wantsHistory: boolean): void {
    const most = wantsHistory ? this.#parts.share(application) : 0;
    this.#publish(CONSOLE_QUESTIONS, { type: "watch", application, most });
  }

  /** While the others are out of reach it is not sent later either: that would take the place of events. */
  #publish(topic: string, message: ConsoleMessage): void {
    const { questions, events } = this.#parts.cluster;
    if (questions === undefined) {
      this.#wasAway = true;
      return;
    }
    const text = message.type === "watch" ? message : { type: message.type, ...message.batch };
    events.publish(topic, JSON.stringify(text), undefined);
  }
}
