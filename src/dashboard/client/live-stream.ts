import type {
  EntryBatch,
  NodeRow,
  RecoveryFigures,
  SampleRow,
  Scope,
  WebhookFigures,
  Welcome,
} from "../wire.ts";
import { ask, goToSignIn, SignedOut, STREAM_URL } from "./server.ts";

/** Takes the messages of the server. */
export interface StreamListener {
  welcome(welcome: Welcome): void;
  sample(row: SampleRow): void;
  nodes(nodes: readonly NodeRow[]): void;
  webhooks(figures: WebhookFigures): void;
  /** `null` while the application has recovery off. */
  recovery(figures: RecoveryFigures | null): void;
  entries(batch: EntryBatch): void;
  scope(scope: Scope): void;
  /** The state of the connection to the server; `text` is a sentence about it. */
  status(state: "live" | "connecting" | "lost", text: string): void;
}

/** Milliseconds until the next attempt; they grow with each one that fails. */
const PAUSES = [500, 1000, 2000, 3000, 5000];
/** Milliseconds of silence after which the connection counts as lost; the server sends a message every second. */
const SILENCE = 10_000;

/** The live stream. It reconnects by itself when the server was away. */
export class LiveStream {
  readonly #listener: StreamListener;
  #source: EventSource | undefined;
  #attempts = 0;
  #heardAt = 0;
  #timer = 0;

  constructor(listener: StreamListener) {
    this.#listener = listener;
    setInterval(() => {
      if (this.#source !== undefined && performance.now() - this.#heardAt > SILENCE) this.#lost("No answer");
    }, 1000);
    addEventListener("online", () => this.#retryNow());
  }

  open(): void {
    const source = this.#source = new EventSource(STREAM_URL);
    this.#heardAt = performance.now();
    const on = <Data>(name: string, take: (data: Data) => void): void => {
      source.addEventListener(name, (event) => {
        this.#heardAt = performance.now();
        take(JSON.parse((event as MessageEvent<string>).data) as Data);
      });
    };
    on<Welcome>("welcome", (welcome) => {
      this.#attempts = 0;
      this.#listener.status("live", "Live");
      this.#listener.welcome(welcome);
    });
    on<SampleRow>("sample", (row) => this.#listener.sample(row));
    on<readonly NodeRow[]>("nodes", (nodes) => this.#listener.nodes(nodes));
    on<WebhookFigures>("webhooks", (figures) => this.#listener.webhooks(figures));
    on<RecoveryFigures | null>("recovery", (figures) => this.#listener.recovery(figures));
    on<Scope>("scope", (scope) => this.#listener.scope(scope));
    on<EntryBatch>("entries", (batch) => this.#listener.entries(batch));
    on("stopping", () => this.#lost("The server is stopping"));
    on("expired", () => this.#lost("The session has ended"));
    source.onerror = () => this.#lost("The server does not answer");
  }

  #lost(reason: string): void {
    if (this.#source === undefined) return;
    this.#source.close();
    this.#source = undefined;
    this.#listener.status("lost", `${reason}. Reconnecting…`);
    this.#later();
  }

  #later(): void {
    const pause = PAUSES[Math.min(this.#attempts++, PAUSES.length - 1)]!;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#retryNow(), pause * (0.75 + Math.random() / 2));
  }

  /** An EventSource does not show why it was refused, so a request for the session is sent first. */
  async #retryNow(): Promise<void> {
    if (this.#source !== undefined) return;
    clearTimeout(this.#timer);
    try {
      await ask("session");
    } catch (error) {
      if (error instanceof SignedOut) return goToSignIn();
      return this.#later();
    }
    if (this.#source === undefined) this.open();
  }
}
