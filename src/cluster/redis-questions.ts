import type { Timers } from "../failures/timers.ts";
import { within } from "../failures/deadline.ts";
import { type PlainCommand, type RedisCommand, type RedisLink, runAll } from "../redis/redis-link.ts";
import type { ClusterQuestions } from "../hub/cluster/cluster-questions.ts";
import type { MemberData } from "../protocol/member-data.ts";
import type { Damage } from "./damage.ts";
import { readMember } from "./presence/read-member.ts";
import type { RedisKeys } from "./redis-keys.ts";
import type { RedisPatience } from "./redis-patience.ts";

/** What the questions need of the rest of the cluster. */
export interface QuestionParts {
  readonly link: RedisLink;
  readonly keys: RedisKeys;
  readonly timers: Pick<Timers, "after">;
  readonly patience: Pick<RedisPatience, "question">;
  /** Ids of the other nodes that are alive. */
  readonly others: () => readonly string[];
  /** What to run behind commands that read these keys, and what takes the answers: whether Redis has lost its data. */
  readonly behind: (keys: readonly string[]) => readonly RedisCommand[];
  readonly behindAnswered: (answers: readonly unknown[]) => void;
  /** Whether Redis lacks nodes for a moment. `reunited` resolves when it does not any more. */
  readonly isReuniting: () => boolean;
  readonly reunited: () => Promise<void>;
  readonly damage: Pick<Damage, "reading" | "skipping" | "skipped" | "complain">;
  /** Called when an answer did not come in time. */
  readonly lost: () => void;
}

/**
 * Answers from what each node keeps about itself in Redis: one round trip, without a message to the other nodes. A node that died
 * counts until its lease has ended. While the nodes write again what Redis has lost, a question waits for them.
 */
export class RedisQuestions implements ClusterQuestions {
  readonly #parts: QuestionParts;

  constructor(parts: QuestionParts) {
    this.#parts = parts;
  }

  async connections(applicationId: string): Promise<number> {
    const others = this.#parts.others();
    if (others.length === 0) return 0;
    const [counts] = await this.#run([["HMGET", this.#parts.keys.connections(applicationId), ...others]]);
    return this.#sum(counts as readonly unknown[]);
  }

  async channels(applicationId: string): Promise<ReadonlyMap<string, number>> {
    const answers = await this.#run(
      this.#parts.others().map((node): PlainCommand => {
        return ["HGETALL", this.#parts.keys.node(node).channels(applicationId)];
      }),
    );
    const channels = new Map<string, number>();
    for (const fields of answers as string[][]) {
      for (let index = 0; index < fields.length; index += 2) {
        const name = fields[index]!;
        channels.set(name, (channels.get(name) ?? 0) + this.#count(fields[index + 1]));
      }
    }
    return channels;
  }

  async subscriptions(applicationId: string, channel: string): Promise<number> {
    const answers = await this.#run(
      this.#parts.others().map((node): PlainCommand => {
        return ["HGET", this.#parts.keys.node(node).channels(applicationId), channel];
      }),
    );
    return this.#sum(answers);
  }

  async users(topic: string): Promise<readonly string[]> {
    return (await this.members(topic)).map(({ userIdJson }) => userIdJson);
  }

  async members(topic: string): Promise<readonly MemberData[]> {
    const { members: key } = this.#parts.keys.presence(topic, "");
    const [values] = await this.#run([["HVALS", key]]) as [string[]];
    const members = values.flatMap((value) => readMember(value) ?? []);
    const { damage } = this.#parts, unreadable = values.length - members.length;
    damage.skipped(unreadable);
    if (unreadable > 0) damage.complain(topic);
    members.sort((one, other) => one.version - other.version);
    return members.map(({ data }) => data);
  }

  async userCounts(topics: readonly string[]): Promise<readonly number[]> {
    const answers = await this.#run(topics.map((topic): PlainCommand => {
      return ["HLEN", this.#parts.keys.presence(topic, "").members];
    }));
    return answers.map((answer) => typeof answer === "number" ? answer : 0);
  }

  async cachedEvents(topics: readonly string[]): Promise<readonly (string | undefined)[]> {
    const answers = await this.#run(
      topics.map((topic): PlainCommand => ["GET", this.#parts.keys.event(topic)]),
      this.#parts.damage.skipping(this.#parts.link),
    );
    return answers.map((frame) => typeof frame === "string" ? frame : undefined);
  }

  async #run(
    commands: readonly PlainCommand[],
    link = this.#parts.damage.reading(this.#parts.link),
  ): Promise<readonly unknown[]> {
    if (commands.length === 0) return [];
    const { isReuniting, reunited, lost, timers, patience: { question } } = this.#parts;
    await reunited();
    try {
      const answers = await within(question, this.#ask(commands, link), timers);
      if (!isReuniting()) return answers;
      await reunited();
      return await within(question, this.#ask(commands, link), timers);
    } catch (error) {
      lost();
      throw error;
    }
  }

  async #ask(
    commands: readonly PlainCommand[],
    link: Pick<RedisLink, "run">,
  ): Promise<readonly unknown[]> {
    const { behind, behindAnswered } = this.#parts;
    const checks = behind(commands.map(([, key]) => String(key)));
    const answers = await runAll(link, [...commands, ...checks]);
    behindAnswered(answers.slice(commands.length));
    return answers.slice(0, commands.length);
  }

  #sum(counts: readonly unknown[]): number {
    return counts.reduce<number>((total, count) => total + this.#count(count), 0);
  }

  /** A field that another program has written counts as 0. */
  #count(field: unknown): number {
    if (typeof field === "string" && /^\d{1,9}$/.test(field)) return Number(field);
    if (field !== null) this.#parts.damage.skipped();
    return 0;
  }
}
