/**
 * Claims of idempotency keys over all nodes: of all calls that bring one key, one does what they ask for, and the others get its answer.
 * Every call takes one round trip; it rejects when the others are out of reach.
 */
export interface ClusterClaims {
  /** How often what is kept may have been lost: each time every node has to settle again what it knows. */
  readonly losses: number;
  /** Claims a key for a call, unless another call has it. The call that has it already may ask again. */
  claim(claim: KeyClaim, bounds: ClaimBounds): Promise<ClaimOutcome>;
  /**
   * Keeps the answer of the call that has the claim, also where the claim has lapsed meanwhile; but nothing happens where another call
   * has got it. The answer is a status, a space and a text; where there is no room for the text the status alone is kept.
   */
  settle(claim: KeyClaim, answer: string, bounds: ClaimBounds): Promise<void>;
}

/** The claim of one call. */
export interface KeyClaim {
  readonly applicationId: string;
  /** What the caller has chosen; not empty, and without control characters. */
  readonly key: string;
  /** A digest of what the call asks for, in letters and digits: a key stands for one content. */
  readonly content: string;
  /** Names this claim among all, in letters and digits. */
  readonly token: string;
}

/** What an application may keep, and for how long. */
export interface ClaimBounds {
  /** For how long an answer is kept. */
  readonly seconds: number;
  /** After how long a claim without an answer lapses. */
  readonly lapseSeconds: number;
  readonly maxKeys: number;
  /** Bytes of keys, contents and answers together. */
  readonly maxBytes: number;
}

/**
 * What becomes of a claim. `claimed`: this call does it. `running`: another call has the claim and no answer yet. `answered`: this is the
 * answer of the first call. `different`: the first call asked for something else. `full`: there are too many keys.
 */
export type ClaimOutcome =
  | { readonly state: "claimed" }
  | { readonly state: "running" | "different" | "full" }
  | { readonly state: "answered"; readonly answer: string };
