import type { ClaimBounds, ClaimOutcome, ClusterClaims, KeyClaim } from "../cluster/cluster-claims.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Application } from "../applications/application.ts";
import { ClaimTable } from "./claim-table.ts";

/** Milliseconds that a second call waits for the answer of the first. */
const LONGEST_WAIT = 5000;
/** Seconds after which a claim without an answer lapses: its process has died, or stands still. */
const LAPSE = 10;
/** Milliseconds between two looks at the first call: few at first, since most calls are answered at once. */
const SHORTEST_PAUSE = 10, LONGEST_PAUSE = 250;
/** Answers that are brought to the other nodes at a time. */
const BROUGHT_AT_ONCE = 1000;

/** What the keyed calls of all applications share. */
export interface KeyedCallServices {
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Calls back after so many milliseconds, until the answer is called. */
  readonly after: (milliseconds: number, then: () => void) => () => void;
  /** A new name for a claim, in letters and digits. */
  readonly newToken: () => string;
}

/** What a call with a key is to do. `claimed`: what it asks for, and then it MUST call `settle`; else as {@link ClaimOutcome} says. */
export type KeyedCall =
  | { readonly state: "claimed"; readonly settle: (answer: string) => void }
  | Exclude<ClaimOutcome, { readonly state: "claimed" }>;

/**
 * Calls of one application that bring an idempotency key. This node's own table is asked first, then the cluster. Where the cluster does
 * not answer, the node's own table decides alone, and what was answered so is brought to the others later.
 */
export class KeyedCalls {
  readonly #application: Application;
  readonly #cluster: Cluster;
  readonly #services: KeyedCallServices;
  readonly #table: ClaimTable;
  #isBringing = false;
  /** As `ClusterClaims.losses` when it was looked at last. */
  #losses: number;

  constructor(application: Application, cluster: Cluster, services: KeyedCallServices) {
    this.#application = application;
    this.#cluster = cluster;
    this.#services = services;
    this.#table = new ClaimTable(application.id, services.now);
    this.#losses = cluster.claims?.losses ?? 0;
  }

  /** Claims a key for a call with that content. Where another call with the key runs, waits for its answer, 5 s at most. */
  async begin(key: string, content: string): Promise<KeyedCall> {
    const { now, newToken } = this.#services, until = now() + LONGEST_WAIT;
    const claim: KeyClaim = { applicationId: this.#application.id, key, content, token: newToken() };
    const own = await this.#whileRunning(until, () => this.#table.claim(claim, this.#bounds));
    if (own.state !== "claimed") return this.#count(own);
    // While this call asks and waits, others of this node wait for it: so one alone asks the other nodes.
    let isElsewhere = false;
    const agreed = await this.#whileRunning(until, async () => {
      const outcome = await this.#ask(claim);
      isElsewhere ||= outcome?.state === "running";
      return outcome ?? { state: isElsewhere ? "running" : "claimed" };
    });
    if (agreed.state === "claimed") {
      return { state: "claimed", settle: (answer) => this.#settle(claim, answer) };
    }
    if (agreed.state === "answered") this.#table.settle(claim, agreed.answer, this.#bounds, true);
    else this.#table.release(claim);
    return this.#count(agreed);
  }

  #count<Outcome extends ClaimOutcome>(outcome: Outcome): Outcome {
    if (outcome.state === "answered") this.#application.counters.repeatedCalls++;
    return outcome;
  }

  /** Forgets what is too old, and brings to the others what they do not know; called once a second. */
  tick(): void {
    this.#table.sweep(this.#bounds);
    const { claims } = this.#cluster;
    if (claims === undefined) return;
    if (claims.losses !== this.#losses) this.#table.unshare();
    this.#losses = claims.losses;
    if (this.#isBringing) return;
    const unshared = this.#table.unshared(BROUGHT_AT_ONCE);
    if (unshared.length === 0) return;
    this.#isBringing = true;
    void Promise.all(unshared.map(({ claim, answer }) => this.#share(claim, answer))).then(() => {
      this.#isBringing = false;
    });
  }

  get #bounds(): ClaimBounds {
    return { ...this.#application.settings.idempotency, lapseSeconds: LAPSE };
  }

  /** Looks again and again as long as another call runs, at most until then. */
  async #whileRunning(
    until: number,
    look: () => ClaimOutcome | Promise<ClaimOutcome>,
  ): Promise<ClaimOutcome> {
    const { now, after } = this.#services;
    for (let pause = SHORTEST_PAUSE;; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const outcome = await look(), left = until - now();
      if (outcome.state !== "running" || left <= 0) return outcome;
      await new Promise<void>((resolve) => void after(Math.min(pause, left), resolve));
    }
  }

  /** What the cluster says; `undefined` where it cannot be asked, or is silent for too long. */
  async #ask(claim: KeyClaim): Promise<ClaimOutcome | undefined> {
    const { claims, isShared } = this.#cluster;
    const outcome = claims === undefined ? undefined : await this.#inTime(claims, claim);
    if (outcome === undefined && (isShared || claims !== undefined)) {
      this.#application.counters.claimedAlone++;
    }
    return outcome;
  }

  #inTime(claims: ClusterClaims, claim: KeyClaim): Promise<ClaimOutcome | undefined> {
    return new Promise((resolve) => {
      const cancel = this.#services.after(
        Math.min(this.#cluster.patience, LONGEST_WAIT),
        () => resolve(undefined),
      );
      const end = (outcome: ClaimOutcome | undefined): void => {
        cancel();
        resolve(outcome);
      };
      // A question that is lost while nodes join or Redis is reached anew has perhaps an answer a moment later.
      claims.claim(claim, this.#bounds).catch(() => this.#cluster.claims?.claim(claim, this.#bounds))
        .then(end, () => end(undefined));
    });
  }

  #settle(claim: KeyClaim, answer: string): void {
    this.#table.settle(claim, answer, this.#bounds, false);
    void this.#share(claim, answer);
  }

  /** Never rejects: what the others did not take is brought to them again. */
  async #share(claim: KeyClaim, answer: string): Promise<void> {
    const { claims } = this.#cluster;
    if (claims === undefined) return;
    try {
      await claims.settle(claim, answer, this.#bounds);
    } catch {
      // They are out of reach, which is handled where it is noticed.
      return;
    }
    this.#table.shared(claim);
  }
}
