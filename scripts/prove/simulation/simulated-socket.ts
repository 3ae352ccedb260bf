import type { Socket, SocketHandler } from "../../../src/hub/connections/socket.ts";
import type { TopicSubscriber, TopicTable } from "../../../src/runtime/topic-table.ts";
import type { ClientPipe, PipeServer } from "./client-pipe.ts";

const ENCODER = new TextEncoder();

/** A WebSocket of a node, which does what Bun's does. */
export class SimulatedSocket implements Socket, TopicSubscriber, PipeServer {
  readonly pipe: ClientPipe;
  readonly #handler: SocketHandler;
  readonly #topics: TopicTable<SimulatedSocket>;
  readonly #own = new Set<string>();
  readonly #maxBacklog: number;
  #isOver = false;
  /** Messages that have come while it reads nothing. */
  #unread: (() => void)[] | undefined;

  constructor(
    pipe: ClientPipe,
    handler: SocketHandler,
    topics: TopicTable<SimulatedSocket>,
    maxBacklog: number,
  ) {
    this.pipe = pipe;
    this.#handler = handler;
    this.#topics = topics;
    this.#maxBacklog = maxBacklog;
  }

  get backlog(): number {
    return this.pipe.route.isBlocked("back") ? this.pipe.waiting : 0;
  }

  send(frame: string): void {
    if (this.#isOver) return;
    this.pipe.toClient((client) => client.frame(frame), frame.length);
    if (this.backlog > this.#maxBacklog) this.pipe.cut(this);
  }

  ping(payload = ""): boolean {
    if (!this.#isOver) this.pipe.toClient((client) => client.pinged(payload));
    return true;
  }

  pause(): boolean {
    this.#unread ??= [];
    return true;
  }

  resume(): void {
    const unread = this.#unread ?? [];
    this.#unread = undefined;
    for (const each of unread) each();
  }

  close(code = 1000): void {
    this.pipe.endAtServer(code);
    this.#end(code);
  }

  subscribe(topic: string): void {
    if (this.#isOver) return;
    this.#own.add(topic);
    this.#topics.subscribe(topic, this);
  }

  unsubscribe(topic: string): void {
    this.#own.delete(topic);
    this.#topics.unsubscribe(topic, this);
  }

  publish(topic: string, frame: string): void {
    this.#topics.publish(topic, frame, this);
  }

  message(text: string): void {
    this.#read(() => this.#handler.message(text));
  }

  pong(payload: string): void {
    this.#read(() => this.#handler.control("pong", ENCODER.encode(payload)));
  }

  /** The client has closed it, or it is lost. */
  ended(code: number): void {
    this.#end(code);
  }

  /** What has waited for the client goes out. */
  drained(): void {
    if (!this.#isOver) this.#handler.drained?.();
  }

  #read(call: () => void): void {
    if (this.#isOver) return;
    if (this.#unread === undefined) call();
    else this.#unread.push(call);
  }

  #end(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const topic of this.#own) this.#topics.unsubscribe(topic, this);
    this.#own.clear();
    this.#handler.close(code, undefined);
  }
}
