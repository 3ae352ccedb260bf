/** A place that outlives this process. */
export interface WebhookSpool {
  /** Keeps a text; says where, or why it could not be kept. MUST NOT reject. */
  put(text: string): Promise<SpoolOutcome>;
  /** Takes out what is there: each text goes to one node only. MUST NOT reject. */
  take(): Promise<readonly SpooledText[]>;
}

/** Whether a text was kept. */
export type SpoolOutcome =
  | { readonly kept: true; readonly place: string }
  | { readonly kept: false; readonly reason: string };

/** A text that was kept. */
export interface SpooledText {
  readonly text: string;
  /** It cannot be read: puts it where it is out of the way; the answer is that place. */
  setAside(): Promise<string>;
}
