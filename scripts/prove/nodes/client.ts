import { freePort } from "../../../test/support/free-port.ts";
import type { Outcome } from "../history/operation.ts";
import { Answers, isConfirmationOf, isGreeting, isPong, type Matches } from "./answers.ts";
import type { ClientParts } from "./client-parts.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { CLIENT_EVENT, type ClientOperation, recordFrame } from "./record-frame.ts";
import { pusherSpeaker, rawSpeaker, type Speaker } from "./speaker.ts";

/** One client of a run: it speaks through a proxy of its own, so that it can be cut, stalled and slowed down, and records all it does. */
export class ProveClient implements AsyncDisposable {
  readonly proxy: FaultProxy;
  /** Channels that it has asked for and not left. */
  readonly channels = new Set<string>();
  /** When its last connection ended, in milliseconds of the recorder's clock. */
  endedAt = -Infinity;
  readonly #parts: ClientParts;
  readonly #speaker: Speaker;
  readonly #answers = new Answers();
  #node = "";
  #count = 0;
  #connection: string | undefined;
  #socketId: string | undefined;
  #resume: string | undefined;
  /** The connection in whose place the next one comes. */
  #returns: string | undefined;
  #isLeaving = false;
  #isSignedIn = false;
  #greeted: (outcome: Outcome) => void = () => {};

  private constructor(parts: ClientParts, proxy: FaultProxy) {
    this.#parts = parts;
    this.proxy = proxy;
    const make = parts.planned.kind === "raw" ? rawSpeaker : pusherSpeaker;
    this.#speaker = make(proxy.port, this.user, {
      connecting: () => this.#connecting(),
      message: (event, channel, data) => this.#message(event, channel, data),
      closed: (code) => this.#closed(code),
    });
  }

  static async open(parts: ClientParts): Promise<ProveClient> {
    let client: ProveClient | undefined;
    const proxy = await FaultProxy.open(await freePort(), async () => {
      await parts.mayConnect();
      return client?.target();
    }, parts.random);
    return client = new ProveClient(parts, proxy);
  }

  get name(): string {
    return this.#parts.planned.name;
  }

  get user(): string {
    return this.#parts.planned.user;
  }

  /** The name of its connection, once that is established. */
  get connection(): string | undefined {
    return this.#socketId === undefined ? undefined : this.#connection;
  }

  get socketId(): string | undefined {
    return this.#socketId;
  }

  /** The slot of the node that it is at, or wishes to be at. */
  get node(): string {
    return this.#node;
  }

  /** Whether a connection is being made, also one that pusher-js makes by itself. */
  get isConnecting(): boolean {
    return this.#socketId === undefined && (this.#connection !== undefined || this.proxy.connections > 0);
  }

  /** Connects to a node, or to the next one where that is down. Resolves when it is greeted, and subscribed again where it comes back. */
  async connect(node: string): Promise<void> {
    if (this.connection !== undefined) return;
    this.#node = node;
    this.#isLeaving = false;
    const comesBack = this.#speaker.comesBack || this.#parts.recovers && this.#resume !== undefined;
    if (!comesBack) this.channels.clear();
    const greeting = Promise.withResolvers<Outcome>();
    this.#greeted = greeting.resolve;
    this.#speaker.connect(this.#parts.recovers ? this.#resume : undefined);
    const timer = setTimeout(() => greeting.resolve("unknown"), 5000);
    await greeting.promise;
    clearTimeout(timer);
  }

  async subscribe(channel: string): Promise<void> {
    if (this.connection === undefined || this.channels.has(channel)) return;
    this.channels.add(channel);
    await this.#subscribe(channel, () => this.#speaker.subscribe(channel));
  }

  async unsubscribe(channel: string): Promise<void> {
    if (this.connection === undefined || !this.channels.delete(channel)) return;
    await this.#record({ kind: "unsubscribe", channel }, isPong, () => {
      this.#speaker.unsubscribe(channel);
      this.#speaker.send("pusher:ping", {});
    });
  }

  async signIn(): Promise<void> {
    // pusher-js signs in anew by itself when it comes back.
    if (this.connection === undefined || this.#speaker.comesBack && this.#isSignedIn) return;
    this.#isSignedIn = true;
    const isAnswer: Matches = (event) => event === "pusher:signin_success" ? "ok" : undefined;
    await this.#record({ kind: "sign-in", user: this.user }, isAnswer, () => this.#speaker.signIn());
  }

  async sendEvent(channel: string, message: string): Promise<void> {
    if (this.connection === undefined || !this.channels.has(channel)) return;
    await this.#record({ kind: "client-event", channel, message }, isPong, () => {
      // An object, as Laravel Echo's whispers are: Laravel Reverb refuses a text.
      this.#speaker.send(CLIENT_EVENT, { message }, channel);
      this.#speaker.send("pusher:ping", {});
    });
  }

  /** Resolves with whether the node has answered a ping, so that all that it had sent has arrived; true without a connection. */
  async ping(): Promise<boolean> {
    if (this.connection === undefined) return true;
    const answer = this.#answers.wait(isPong);
    this.#speaker.send("pusher:ping", {});
    return await answer === "ok" || this.connection === undefined;
  }

  /** Closes its connection, or has the network cut it. */
  async leave(kind: "close" | "cut"): Promise<void> {
    const connection = this.connection;
    if (connection === undefined) return;
    const end = this.#parts.recorder.begin({ kind, actor: this.name, node: this.#node, connection });
    this.#isLeaving = true;
    if (kind === "close") this.#resume = undefined;
    const over = this.#answers.wait(() => undefined);
    if (kind === "close") this.#speaker.close();
    else this.proxy.cut();
    await over;
    end(this.#connection === connection ? "unknown" : "ok");
    if (kind === "cut") this.#parts.wasCut(this.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection = undefined;
    this.#speaker.close();
    await this.proxy[Symbol.asyncDispose]();
  }

  /** Where a new connection goes. */
  private target(): number | undefined {
    const slot = this.#parts.slots.upOrNext(this.#node);
    this.#node = slot?.name ?? this.#node;
    return slot?.node?.port;
  }

  #connecting(): void {
    const { recorder, recovers, slots } = this.#parts;
    const connection = this.#connection = `${this.name}#${++this.#count}`;
    this.#node = slots.upOrNext(this.#node)?.name ?? this.#node;
    const returns = recovers && this.#resume !== undefined ? this.#returns : undefined;
    const end = recorder.begin({
      kind: "connect",
      actor: this.name,
      node: this.#node,
      connection,
      ...(returns === undefined ? {} : { returns }),
    });
    void this.#answers.wait(isGreeting).then((outcome) => {
      const socketId = this.#socketId;
      end(outcome, outcome !== "ok" || socketId === undefined ? {} : { socketId });
      this.#greeted(outcome);
    });
  }

  #message(event: string, channel: string | undefined, data: unknown): void {
    const connection = this.#connection, { recorder } = this.#parts;
    if (connection === undefined) return;
    const isGreeted = event === "pusher:connection_established";
    if (isGreeted) {
      const read = (typeof data === "string" ? JSON.parse(data) : data) as {
        socket_id: string;
        resume?: string;
      };
      this.#socketId = read.socket_id;
      this.#resume = read.resume;
    }
    recordFrame(recorder, connection, event, channel, data);
    this.#answers.message(event, channel);
    if (!isGreeted) return;
    // pusher-js subscribes to all of its channels anew by itself; the plain client does what it does.
    const { comesBack } = this.#speaker;
    for (const each of this.channels) {
      void this.#subscribe(each, comesBack ? () => {} : () => this.#speaker.subscribe(each));
    }
  }

  #closed(code: number): void {
    const connection = this.#connection,
      wasEstablished = this.#socketId !== undefined,
      { recorder } = this.#parts;
    if (connection === undefined) return;
    this.#connection = this.#socketId = undefined;
    if (wasEstablished) {
      const by = this.#isLeaving ? "client" : "other";
      recorder.add({ type: "ended", at: recorder.moment(), connection, code, by });
      this.#returns = connection;
      this.endedAt = recorder.now();
    }
    this.#answers.over();
    if (!this.#isLeaving) this.#parts.wasCut(this.name);
  }

  async #subscribe(channel: string, action: () => void): Promise<void> {
    const who = channel.startsWith("presence-") ? { user: this.user } : {};
    await this.#record({ kind: "subscribe", channel, ...who }, isConfirmationOf(channel), action);
  }

  async #record(operation: ClientOperation, isAnswer: Matches, action: () => void): Promise<void> {
    const connection = this.#connection ?? "";
    const end = this.#parts.recorder.begin({ ...operation, actor: this.name, node: this.#node, connection });
    const answer = this.#answers.wait(isAnswer);
    action();
    end(await answer);
  }
}
