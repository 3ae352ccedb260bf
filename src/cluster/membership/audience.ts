import type { Timers } from "../../failures/timers.ts";
import { LinkDown, type RedisInfo, type RedisLink } from "../../redis/redis-link.ts";
import type { RedisKeys } from "../redis-keys.ts";
import type { RedisPatience } from "../redis-patience.ts";
import type { ControlMessage } from "./control-message.ts";
import { processOfNode } from "./node-lease.ts";
import { othersListen } from "./others-listen.ts";
import type { Peers } from "./peers.ts";

/** Milliseconds for which an answer of Redis that no other node listens counts. */
const SURE = 1500;
/** Milliseconds after which every other node has asked Redis anew, or sends its events anyway. */
const ALL_KNOW = SURE + 100;

/** What looking for the other nodes needs of the rest of the cluster. */
export interface AudienceParts {
  readonly link: Pick<RedisLink, "run" | "publishCommand">;
  readonly keys: RedisKeys;
  /** Names this process among all nodes. */
  readonly processId: string;
  /** Id of this node's stay. */
  readonly nodeId: () => string;
  readonly peers: Pick<Peers, "ids">;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly timers: Pick<Timers, "after">;
  readonly patience: Pick<RedisPatience, "others">;
  /** Takes a defect of ours. */
  readonly fault: (fault: unknown) => void;
}

/** A question whether this node is alone: Redis's answer and the message itself come on two connections. */
interface Question {
  readonly number: number;
  /** Millisecond. */
  readonly askedAt: number;
  hasReachedOne: boolean;
  hasComeBack: boolean;
}

/**
 * Which other nodes listen. An event is not sent while no other node can be listening; so a node that comes must be known to all others
 * before a client of its own counts on their events.
 *
 * **Alone.** Redis answers how many nodes a message on the control channel has reached: where that is this one only, and the message has
 * come back, no other node listens. That counts for a second and a half from the time when it was asked, and ends at once with a message
 * of another node.
 *
 * **Known.** A node that comes asks the others to take notice, after it listens to everything, and its new subscriptions wait until each
 * of them has answered. One that does not answer (it is frozen, or of a version without this) is waited for no longer than its own last
 * answer of Redis counts, by the clock of either.
 */
export class Audience {
  readonly #parts: AudienceParts;
  #isOneServer = false;
  /** Whether the events that have waited for Redis are sent, so that new ones need not wait for other nodes. */
  #isOpen = false;
  /** Millisecond until which it is sure that no other node listens. */
  #aloneUntil = -Infinity;
  /** How many were asked. */
  #questions = 0;
  /** The one that is under way. */
  #question: Question | undefined;
  /** Whether all others know this node, or Redis is away. */
  #isKnown = false;
  #waiting: (() => void)[] = [];
  /** Counts the times that this node has come. */
  #arrival = 0;
  /** The processes that know it. */
  readonly #knowing = new Set<string>();
  /** How many others there are; `undefined` until Redis has answered. */
  #others: number | undefined;
  #cancelWait: (() => void) | undefined;

  constructor(parts: AudienceParts) {
    this.#parts = parts;
  }

  /** Whether Redis is one server. In a Redis Cluster it does not count all nodes while slots move: there every event is sent. */
  get isOneServer(): boolean {
    return this.#isOneServer;
  }

  /** Whether no other node can be listening. */
  get isAlone(): boolean {
    return this.#aloneUntil !== -Infinity && this.#parts.monotonic() < this.#aloneUntil;
  }

  /** Whether all other nodes send what they publish, so that this one's clients may count on it; or Redis is away. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Calls back once `isKnown`. */
  whenKnown(then: () => void): void {
    if (this.#isKnown) then();
    else this.#waiting.push(then);
  }

  /** Redis is there: this node is about to listen. */
  comes({ mode }: Pick<RedisInfo, "mode">): void {
    this.#isOneServer = mode !== "cluster";
    this.#isKnown = false;
    this.#cancelWait?.();
    this.#arrival++;
    this.#knowing.clear();
    this.#others = undefined;
  }

  /** This node listens to everything from now on: the others are to take notice. */
  async arrive(): Promise<void> {
    const { timers } = this.#parts, arrival = this.#arrival;
    if (!this.#isOneServer) return this.#known();
    this.#cancelWait = timers.after(ALL_KNOW, () => this.#known());
    const reached = await this.#publish({ type: "present", node: this.#parts.nodeId(), asks: true });
    // This node is one of the listeners.
    if (arrival !== this.#arrival || reached === undefined) return;
    this.#others = reached - 1;
    this.#look();
  }

  /** Resolves when as many other nodes listen as before an outage, or have had their time: new events need not wait for them any more. */
  async gather(others: number): Promise<void> {
    const { link, keys, nodeId, timers, fault, patience } = this.#parts, arrival = this.#arrival;
    try {
      await othersListen({ link, keys, node: nodeId(), timers, longest: patience.others }, others);
    } catch (error) {
      if (!(error instanceof LinkDown)) fault(error);
    }
    if (arrival !== this.#arrival) return;
    this.#isOpen = true;
    void this.ask();
  }

  /** Asks Redis whether this node is alone. MUST be called more often than once a second. */
  async ask(): Promise<void> {
    const { peers, monotonic, nodeId } = this.#parts, askedAt = monotonic();
    if (!this.#isOpen || !this.#isOneServer || peers.ids().length > 0) return;
    // Where Redis is slow, the next question would take the place of one whose answer is on its way.
    if (this.#question !== undefined && askedAt - this.#question.askedAt < SURE) return;
    const number = ++this.#questions,
      question = { number, askedAt, hasReachedOne: false, hasComeBack: false };
    this.#question = question;
    const reached = await this.#publish({ type: "present", node: nodeId(), question: number });
    if (question !== this.#question) return;
    question.hasReachedOne = reached === 1;
    if (question.hasReachedOne) this.#conclude(question);
    else this.#question = undefined;
  }

  /** A message has come on the control channel. */
  heard(message: ControlMessage): void {
    const { processId } = this.#parts;
    if (processOfNode(message.node) === processId) {
      const question = this.#question;
      if (question === undefined || message.type !== "present" || message.question !== question.number) {
        return;
      }
      question.hasComeBack = true;
      return this.#conclude(question);
    }
    this.#isNotAlone();
    if (message.type === "present" && message.asks === true) {
      void this.#publish({ type: "noticed", node: this.#parts.nodeId(), to: message.node });
    } else if (message.type === "noticed" && processOfNode(message.to) === processId) {
      this.#knowing.add(processOfNode(message.node));
      this.#look();
    }
  }

  /** Redis is away: nothing is known of the others, and clients wait for none of them. */
  away(): void {
    this.#arrival++;
    this.#isOpen = false;
    this.#isNotAlone();
    this.#known();
  }

  #isNotAlone(): void {
    this.#question = undefined;
    this.#aloneUntil = -Infinity;
  }

  #conclude(question: Question): void {
    if (!question.hasReachedOne || !question.hasComeBack) return;
    this.#question = undefined;
    this.#aloneUntil = question.askedAt + SURE;
  }

  #look(): void {
    if (this.#others !== undefined && this.#knowing.size >= this.#others) this.#known();
  }

  #known(): void {
    this.#cancelWait?.();
    this.#isKnown = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const then of waiting) then();
  }

  /** Sends a message on the control channel; resolves with how many nodes it has reached, `undefined` where Redis does not say. */
  async #publish(message: ControlMessage): Promise<number | undefined> {
    const { link, keys } = this.#parts;
    const [reached] = await link.run([link.publishCommand(keys.control, JSON.stringify(message))]).catch(
      // An outage is handled where it is noticed.
      () => [],
    );
    return typeof reached === "number" ? reached : undefined;
  }
}
