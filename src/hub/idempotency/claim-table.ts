import { Buffer } from "node:buffer";
import type { ClaimBounds, ClaimOutcome, KeyClaim } from "../cluster/cluster-claims.ts";

const SECOND = 1000;

/** A key with its first call. */
interface Entry {
  readonly content: string;
  readonly token: string;
  /** `undefined` while the first call runs. */
  readonly answer: string | undefined;
  /** When it was claimed or answered, in milliseconds. */
  readonly since: number;
  readonly bytes: number;
  /** Whether the other nodes know the answer. */
  isShared: boolean;
}

/** An answer that the other nodes do not know. */
export interface UnsharedAnswer {
  readonly claim: KeyClaim;
  readonly answer: string;
}

/** The idempotency keys of one application as one process keeps them, with what `ClusterClaims` promises. */
export class ClaimTable {
  readonly #applicationId: string;
  readonly #now: () => number;
  /** In the order of `since`. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #unshared = 0;

  /** `now` gives milliseconds that only grow. */
  constructor(applicationId: string, now: () => number) {
    this.#applicationId = applicationId;
    this.#now = now;
  }

  /** How many keys there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** As `ClusterClaims.claim`. */
  claim({ key, content, token }: KeyClaim, bounds: ClaimBounds): ClaimOutcome {
    this.sweep(bounds);
    const known = this.#alive(key, bounds);
    if (known !== undefined && (known.token !== token || known.answer !== undefined)) {
      if (known.answer === undefined) return { state: "running" };
      if (known.content !== content) return { state: "different" };
      return { state: "answered", answer: known.answer };
    }
    this.#remove(key);
    const bytes = Buffer.byteLength(key) + content.length + token.length;
    if (this.#entries.size >= bounds.maxKeys || this.#bytes + bytes > bounds.maxBytes) {
      return { state: "full" };
    }
    this.#add(key, { content, token, answer: undefined, since: this.#now(), bytes, isShared: true });
    return { state: "claimed" };
  }

  /** As `ClusterClaims.settle`; `isShared`: whether the other nodes know the answer. */
  settle({ key, content, token }: KeyClaim, answer: string, bounds: ClaimBounds, isShared: boolean): void {
    const known = this.#alive(key, bounds);
    if (known !== undefined && known.token !== token) return;
    this.#remove(key);
    if (this.#entries.size >= bounds.maxKeys) return;
    const size = Buffer.byteLength(key) + content.length + token.length;
    const whole = size + Buffer.byteLength(answer);
    const isWhole = this.#bytes + whole <= bounds.maxBytes;
    const kept = isWhole ? answer : statusOf(answer);
    const bytes = isWhole ? whole : size + kept.length;
    this.#add(key, { content, token, answer: kept, since: this.#now(), bytes, isShared });
  }

  /** Takes back a claim that gets no answer. */
  release({ key, token }: KeyClaim): void {
    if (this.#entries.get(key)?.token === token) this.#remove(key);
  }

  /** The other nodes know the answer of a claim. */
  shared({ key, token }: KeyClaim): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.token !== token || entry.isShared) return;
    entry.isShared = true;
    this.#unshared--;
  }

  /** The other nodes know no answer any more. */
  unshare(): void {
    this.#unshared = this.#entries.size;
    for (const entry of this.#entries.values()) entry.isShared = false;
  }

  /** Answers that the other nodes do not know, `most` of them. */
  unshared(most: number): UnsharedAnswer[] {
    const found: UnsharedAnswer[] = [];
    if (this.#unshared === 0) return found;
    for (const [key, { content, token, answer, isShared }] of this.#entries) {
      if (isShared || answer === undefined) continue;
      found.push({ claim: { applicationId: this.#applicationId, key, content, token }, answer });
      if (found.length >= most) break;
    }
    return found;
  }

  /** Forgets what is too old. */
  sweep(bounds: ClaimBounds): void {
    for (const [key, entry] of this.#entries) {
      if (!this.#hasEnded(entry, bounds)) return;
      this.#remove(key);
    }
  }

  #alive(key: string, bounds: ClaimBounds): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined || this.#hasEnded(entry, bounds) ? undefined : entry;
  }

  #hasEnded({ answer, since }: Entry, { seconds, lapseSeconds }: ClaimBounds): boolean {
    return this.#now() - since >= (answer === undefined ? lapseSeconds : seconds) * SECOND;
  }

  #add(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    if (!entry.isShared) this.#unshared++;
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    if (!entry.isShared) this.#unshared--;
  }
}

/** What is kept of an answer for which there is no room. */
function statusOf(answer: string): string {
  const space = answer.indexOf(" ");
  return space === -1 ? answer : answer.slice(0, space);
}
