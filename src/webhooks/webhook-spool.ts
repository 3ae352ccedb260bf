/** A place that outlives this process: files of the server's folder, or Redis. */
export interface WebhookSpool {
  /** Keeps a text. Resolves with the place, or with the reason why the text could not be kept. MUST NOT reject. */
  put(text: string): Promise<SpoolOutcome>;
  /** Removes the texts and returns them; each goes to one server only. MUST NOT reject. */
  take(): Promise<readonly SpooledText[]>;
}

/** Whether a text was kept. */
export type SpoolOutcome =
  | { readonly kept: true; readonly place: string }
  | { readonly kept: false; readonly reason: string };

/** A text that was kept. */
export interface SpooledText {
  readonly text: string;
  /** Moves the text, which could not be decoded, to where no server takes it again. Resolves with that place. */
  setAside(): Promise<string>;
}
