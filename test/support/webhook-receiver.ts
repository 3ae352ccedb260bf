import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import PusherServer from "pusher";
import { eventually } from "./eventually.ts";
import { type Credentials, TEST_APPLICATION } from "./test-application.ts";

/** What a receiver does with one request. */
export type Reaction =
  | {
    readonly kind: "answer";
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    /** Answers once this has resolved. */
    readonly after?: Promise<unknown>;
  }
  /** As `answer` with 200, after so many milliseconds. */
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** Never answers. */
  | { readonly kind: "hang" }
  /** Closes the connection in place of an answer. */
  | { readonly kind: "close" };

/** One event as it came. */
export type ReceivedEvent = Readonly<Record<string, unknown>> & { readonly name: string };

/** One request as it came. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were written. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  readonly events: readonly ReceivedEvent[];
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
  readonly reaction: Reaction;
}

const OK: Reaction = { kind: "answer", status: 200 };

/** The application's side of webhooks. Every request MUST verify with the SDK of Pusher; answers 200 unless told otherwise. */
export class WebhookReceiver implements AsyncDisposable {
  readonly requests: ReceivedRequest[] = [];
  /** What it did not expect: signatures that do not verify. */
  readonly faults: string[] = [];
  readonly #server = createServer((request, response) => void this.#take(request, response));
  readonly #application: Credentials;
  readonly #sdk: PusherServer;
  readonly #next: Reaction[] = [];
  #always: (request: Pick<ReceivedRequest, "path" | "events">) => Reaction = () => OK;
  #port = 0;

  private constructor(application: Credentials) {
    this.#application = application;
    const { id: appId, key, secret } = application;
    this.#sdk = new PusherServer({ appId, key, secret, host: "127.0.0.1" });
  }

  static async start(application: Credentials = TEST_APPLICATION): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(application);
    await receiver.listen();
    return receiver;
  }

  /** `http://127.0.0.1:PORT/hooks`. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/hooks`;
  }

  /** Listens, on the port of before when there was one. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#port, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
  }

  /** The next requests meet these, in this order. */
  expect(...reactions: readonly Reaction[]): void {
    this.#next.push(...reactions);
  }

  /** What every other request meets from now on. */
  always(reaction: (request: Pick<ReceivedRequest, "path" | "events">) => Reaction): void {
    this.#always = reaction;
  }

  /** Events that were accepted, each delivery once, in the order of their coming. */
  get events(): ReceivedEvent[] {
    const deliveries = new Map<string, readonly ReceivedEvent[]>();
    for (const { headers, events, reaction } of this.requests) {
      const isAccepted = reaction.kind === "slow" ||
        reaction.kind === "answer" && Math.floor(reaction.status / 100) === 2;
      if (isAccepted) deliveries.set(String(headers["x-resound-delivery"]), events);
    }
    return [...deliveries.values()].flat();
  }

  /** Resolves with the accepted events once there are so many of them. Throws when they do not come in time. */
  async until(count: number, milliseconds?: number): Promise<ReceivedEvent[]> {
    return await eventually(() => this.events, (events) => events.length >= count, milliseconds);
  }

  /** Resolves once there were so many requests, answered or not. */
  async requested(count: number, milliseconds?: number): Promise<void> {
    await eventually(() => this.requests.length, (requests) => requests >= count, milliseconds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    if (this.faults.length > 0) throw new Error(this.faults.join("\n"));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString(), { headers, rawHeaders, method = "", url = "" } = request;
    const webhook = this.#sdk.webhook({ headers: headers as Record<string, string>, rawBody: body });
    if (!webhook.isValid()) this.faults.push(`not signed by ${this.#application.id}: ${body}`);
    const events = (JSON.parse(body) as { events: ReceivedEvent[] }).events;
    const reaction = this.#next.shift() ?? this.#always({ path: url, events });
    this.requests.push({
      method,
      path: url,
      headers,
      rawHeaders,
      body,
      events,
      at: performance.now(),
      reaction,
    });
    switch (reaction.kind) {
      case "answer":
        await reaction.after;
        response.writeHead(reaction.status, reaction.headers).end("{}");
        break;
      case "slow":
        setTimeout(() => response.writeHead(200).end("{}"), reaction.milliseconds).unref();
        break;
      case "close":
        request.socket.destroy();
        break;
      case "hang":
    }
  }
}
