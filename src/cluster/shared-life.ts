import type { RedisCommand, RedisLink } from "../redis/redis-link.ts";
import { type ClusterLife, type DepartureMark, userOfSubject, userSubject, VACANT } from "./cluster-life.ts";
import type { CommandBatch } from "./command-batch.ts";
import { ARRIVE, DEPART, SETTLE, TAKE_OVER } from "./life-scripts.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** Topics in one round trip. */
const CHUNK = 200;

/** Seconds after which nothing that was marked on a topic waits any more: longer than departures can be held. */
const MARKED = 120;

/** Milliseconds in which one miss of a cache channel stands for those of all nodes. */
const MISS_WINDOW = 10_000;

/** What it needs of the rest of the cluster. */
export interface SharedLifeParts {
  readonly batch: CommandBatch;
  readonly keys: RedisKeys;
  readonly nodeId: () => string;
  /** Seconds that only grow. */
  readonly now: () => number;
  readonly life: ClusterLife;
  /** Redis refused a command: this node cannot take part for now. */
  readonly refused: (error: Error) => void;
}

/**
 * Finds out whether this node's first subscriber of a channel is the first of all, and its last the last of all, for applications
 * that want to be told. Nothing of it is in Redis for those that do not. While Redis is away this node decides by itself.
 */
export class SharedLife {
  readonly #parts: SharedLifeParts;
  /** Topics that somebody here is on -> whether it is known who was the first. */
  readonly #topics = new Map<string, boolean>();
  /** Topics that this node has called vacant by itself, while it could not ask. */
  readonly #vacant = new Set<string>();
  /** Topics on which this node has marked departures -> second of the last, in this order. */
  readonly #marked = new Map<string, number>();
  /** Tokens of what was told while Redis could not be asked. */
  readonly #told = new Set<string>();
  /** Questions that Redis has not answered; what to do when it does not. */
  readonly #asking = new Set<() => void>();
  #isOpen = false;
  #tokens = 0;

  constructor(parts: SharedLifeParts) {
    this.#parts = parts;
  }

  arrive(topic: string): void {
    this.#topics.set(topic, !this.#isOpen);
    if (this.#isOpen) this.#arrive(topic, []);
    else {
      this.#vacant.delete(topic);
      this.#parts.life.occupied(topic, false);
    }
  }

  depart(topic: string): void {
    this.#topics.delete(topic);
    const { keys, nodeId, life } = this.#parts;
    const departAlone = (): void => {
      if (this.#topics.has(topic)) return;
      this.#vacant.add(topic);
      life.vacated(topic, undefined);
    };
    if (!this.#isOpen) return departAlone();
    const mark = this.mark(topic, VACANT), { nodes, departed } = keys.life(topic);
    const command = { script: DEPART, keys: [nodes, departed], args: [nodeId(), mark.token] };
    this.#ask(command, departAlone, (answer) => {
      if (answer === 1) life.vacated(topic, mark);
    });
    this.#add(["SREM", keys.node(nodeId()).occupied, topic]);
  }

  /** A mark of this node, which it notes as its own so that another can take it over. */
  mark(topic: string, subject: string): DepartureMark {
    return { topic, subject, token: this.token(topic) };
  }

  /** As `mark`, for several subjects of a topic. */
  token(topic: string): string {
    const { keys, nodeId, now } = this.#parts;
    if (!this.#marked.delete(topic)) this.#add(["SADD", keys.node(nodeId()).departed, topic]);
    this.#marked.set(topic, now());
    return `${nodeId()}:${++this.#tokens}`;
  }

  /** Whether a departure still is one; if so, it is this node's to tell. */
  settle({ topic, subject, token }: DepartureMark, stillSo: () => void): void {
    // Nobody can be asked: rather twice than not at all.
    const settleAlone = (): void => {
      this.#told.add(token);
      stillSo();
    };
    if (!this.#isOpen) return settleAlone();
    const keys = [this.#parts.keys.life(topic).departed];
    this.#ask({ script: SETTLE, keys, args: [subject, token] }, settleAlone, (answer) => {
      if (answer === 1) stillSo();
    });
  }

  /** Calls back when no other node has noted a miss of the topic lately. */
  noteMiss(topic: string, first: () => void): void {
    if (!this.#isOpen) return first();
    const { keys } = this.#parts;
    this.#ask(["SET", keys.life(topic).miss, 1, "PX", MISS_WINDOW, "NX"], first, (answer) => {
      if (answer === "OK") first();
    });
  }

  /** Called once a second: forgets where nothing can be marked any more. */
  sweep(): void {
    if (!this.#isOpen) return;
    const { keys, nodeId, now } = this.#parts;
    for (const [topic, second] of this.#marked) {
      if (second > now() - MARKED) return;
      this.#marked.delete(topic);
      this.#add(["SREM", keys.node(nodeId()).departed, topic]);
    }
  }

  /** Redis knows this node now, whose earlier stays were `former`: tells it what is here. */
  open(former: readonly string[]): void {
    this.#isOpen = true;
    for (const topic of this.#topics.keys()) this.#arrive(topic, former);
    const { keys, nodeId, life } = this.#parts;
    const marked = [...this.#marked.keys()];
    if (marked.length > 0) this.#add(["SADD", keys.node(nodeId()).departed, ...marked]);
    for (const topic of this.#vacant) {
      // What was called vacant and is not has to be put right.
      const key = keys.life(topic).nodes;
      if (former.length > 0) this.#add(["SREM", key, ...former]);
      this.#add(["SCARD", key], (answer) => {
        if (Number(answer) > 0 && !this.#topics.has(topic)) life.occupied(topic, false);
      });
    }
    this.#vacant.clear();
  }

  /** Redis is away, or does not take this node's word: it goes by itself, also about what it has not been told. */
  close(): void {
    this.#isOpen = false;
    for (const goOn of [...this.#asking]) goOn();
    this.#asking.clear();
    for (const [topic, isKnown] of this.#topics) {
      if (isKnown) continue;
      this.#topics.set(topic, true);
      this.#parts.life.occupied(topic, false);
    }
  }

  /** Clears up what a dead node has left of this, and tells it in its place. Rejects when Redis goes away. */
  async clearUp(link: RedisLink, node: string): Promise<void> {
    const { keys, life } = this.#parts, own = keys.node(node);
    const [occupied, departed] = await run(link, [
      ["SMEMBERS", own.occupied],
      ["SMEMBERS", own.departed],
    ]) as string[][];
    if (occupied!.length + departed!.length === 0) return;
    const commands: RedisCommand[] = [], tell: ((answer: unknown) => void)[] = [];
    for (const topic of occupied!) {
      const mark = life.wants(topic) ? this.mark(topic, VACANT) : undefined;
      const { nodes, departed } = keys.life(topic);
      commands.push({ script: DEPART, keys: [nodes, departed], args: [node, mark?.token ?? ""] });
      tell.push((answer) => {
        if (answer === 1 && mark !== undefined) life.vacated(topic, mark);
      });
    }
    for (const topic of departed!) {
      if (!life.wants(topic)) continue;
      const token = this.token(topic);
      commands.push({ script: TAKE_OVER, keys: [keys.life(topic).departed], args: [`${node}:`, token] });
      tell.push((answer) => {
        const taken = answer as string[];
        for (let index = 0; index < taken.length; index += 2) {
          const mark = { topic, subject: taken[index]!, token };
          if (this.#told.delete(taken[index + 1]!)) this.settle(mark, () => {});
          else this.#takeOver(mark);
        }
      });
    }
    await this.noted();
    for (let start = 0; start < commands.length; start += CHUNK) {
      const answers = await run(link, commands.slice(start, start + CHUNK));
      answers.forEach((answer, index) => tell[start + index]!(answer));
    }
  }

  /** Resolves when Redis knows on which topics this node has marks; it is to know that before the marks are there. */
  async noted(): Promise<void> {
    await this.#parts.batch.send();
  }

  /** Users of a dead node are on no other; `token` is on their marks. */
  evicted(topic: string, userIds: readonly string[], token: string): void {
    for (const userId of userIds) {
      this.#parts.life.memberRemoved(topic, userId, { topic, subject: userSubject(userId), token });
    }
  }

  #takeOver(mark: DepartureMark): void {
    const { life } = this.#parts, userId = userOfSubject(mark.subject);
    if (userId === undefined) life.vacated(mark.topic, mark);
    else life.memberRemoved(mark.topic, userId, mark);
  }

  #arrive(topic: string, former: readonly string[]): void {
    const { keys, nodeId, life } = this.#parts, { nodes, departed } = keys.life(topic);
    this.#add(["SADD", keys.node(nodeId()).occupied, topic]);
    this.#add({ script: ARRIVE, keys: [nodes, departed], args: [nodeId(), ...former] }, (answer) => {
      const isKnown = this.#topics.get(topic);
      if (isKnown === false) this.#topics.set(topic, true);
      // Whoever has left meanwhile has been here all the same.
      if (answer === 1 && isKnown !== true) life.occupied(topic, true);
    });
  }

  /** As `#add`; `alone` is called instead when Redis goes away or refuses. */
  #ask(command: RedisCommand, alone: () => void, answered: (answer: unknown) => void): void {
    this.#asking.add(alone);
    this.#parts.batch.add(command, (answer) => {
      if (!this.#asking.has(alone)) return;
      if (answer instanceof Error) return this.#parts.refused(answer);
      this.#asking.delete(alone);
      answered(answer);
    });
  }

  #add(command: RedisCommand, answered?: (answer: unknown) => void): void {
    const { batch, refused } = this.#parts;
    batch.add(command, (answer) => {
      if (answer instanceof Error) refused(answer);
      else answered?.(answer);
    });
  }
}

async function run(link: RedisLink, commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
  const answers = await link.run(commands);
  for (const answer of answers) if (answer instanceof Error) throw answer;
  return answers;
}
