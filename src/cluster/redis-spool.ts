import { LinkDown, type RedisLink } from "../redis/redis-link.ts";
import { type Damage, isDamage } from "./damage.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** Milliseconds for which a text is kept: after a day no node is expected to take it. */
const KEPT_MILLISECONDS = 86_400_000;

/** Texts that a node leaves for the next one that looks, whether that runs already or starts later. */
export class RedisSpool {
  readonly #link: RedisLink;
  readonly #key: string;
  readonly #mayTake: () => boolean;
  readonly #damage: Pick<Damage, "skipped">;

  /** `mayTake` is whether this node is part of the cluster just now. */
  constructor(link: RedisLink, keys: RedisKeys, damage: Pick<Damage, "skipped">, mayTake: () => boolean) {
    this.#link = link;
    this.#damage = damage;
    this.#key = keys.spool;
    this.#mayTake = mayTake;
  }

  /** Leaves a text. Never rejects. */
  async put(
    text: string,
  ): Promise<
    { readonly kept: true; readonly place: string } | { readonly kept: false; readonly reason: string }
  > {
    try {
      let pushed = await this.#push(text);
      if (isDamage(pushed)) {
        await this.#delete();
        pushed = await this.#push(text);
      }
      return pushed instanceof Error
        ? { kept: false, reason: pushed.message }
        : { kept: true, place: "Redis" };
    } catch (error) {
      if (!(error instanceof LinkDown)) throw error;
      return { kept: false, reason: error.message };
    }
  }

  /** Takes what was left, each text once. Never rejects. */
  async take(): Promise<readonly { readonly text: string; readonly setAside: () => Promise<string> }[]> {
    const taken: { readonly text: string; readonly setAside: () => Promise<string> }[] = [];
    if (!this.#mayTake()) return taken;
    try {
      for (;;) {
        const [text] = await this.#link.run([["LPOP", this.#key]]);
        if (isDamage(text)) await this.#delete();
        if (typeof text !== "string") return taken;
        taken.push({ text, setAside: () => this.#setAside(text) });
      }
    } catch (error) {
      if (!(error instanceof LinkDown)) throw error;
      return taken;
    }
  }

  async #push(text: string): Promise<unknown> {
    const [pushed] = await this.#link.run([
      ["RPUSH", this.#key, text],
      ["PEXPIRE", this.#key, KEPT_MILLISECONDS],
    ]);
    return pushed;
  }

  /** Another program has written the key, which is no list. */
  async #delete(): Promise<void> {
    this.#damage.skipped();
    await this.#link.run([["DEL", this.#key]]);
  }

  async #setAside(text: string): Promise<string> {
    const key = `${this.#key}:damaged`;
    await this.#link.run([["SET", key, text, "PX", KEPT_MILLISECONDS]]).catch(() => {
      // The text cannot be used in any case.
    });
    return `Redis, under ${key}`;
  }
}
