import { signChannel, signUser } from "../../../test/support/sign-channel.ts";
import type { Credentials } from "../../../test/support/test-application.ts";
import type { Outcome } from "../history/operation.ts";
import type { Recorder } from "../history/recorder.ts";
import type { SeededRandom } from "../../../test/support/churn/seeded-random.ts";
import { ClientPipe, type PipeClient } from "./client-pipe.ts";
import type { SimulatedNode } from "./simulated-node.ts";
import type { SimulatedSocket } from "./simulated-socket.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** Milliseconds after which a client gives an answer up. */
export const PATIENCE = 10_000;

/** What clients need. */
export interface ClientWorld {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly recorder: Recorder;
  readonly application: Credentials;
  /** Called when a connection has ended, by either side. */
  readonly ended?: (connection: SimulatedConnection) => void;
}

/** Whether a message is an answer. */
type Fits = (event: string, channel: string | undefined) => boolean;

/** Waits for a message. */
interface Awaited {
  readonly fits: Fits;
  readonly refuses: Fits;
  readonly done: (outcome: Outcome) => void;
}

/** One connection of a client, which records all that comes on it. */
export class SimulatedConnection implements PipeClient {
  readonly name: string;
  readonly node: SimulatedNode;
  readonly channels = new Set<string>();
  socketId: string | undefined;
  resume: string | undefined;
  /** It has ended, or its client has ended it. */
  isOver = false;
  /** The code with which it ended: 1006 for a cut. */
  endedWith: number | undefined;
  readonly pipe: ClientPipe;
  readonly #world: ClientWorld;
  readonly #awaited = new Set<Awaited>();
  #socket: SimulatedSocket | undefined;

  constructor(name: string, node: SimulatedNode, world: ClientWorld) {
    this.name = name;
    this.node = node;
    this.#world = world;
    this.pipe = new ClientPipe(world.clock, world.random, node.process, this);
  }

  /** Resolves with `ok` when the node has greeted it. */
  async open(resume: string | undefined): Promise<Outcome> {
    const { node, pipe } = this, { key } = this.#world.application;
    const greeted = this.#await(
      (event) => event === "pusher:connection_established",
      (event) => event === "pusher:error",
    );
    const query = resume === undefined ? "" : `&resume=${resume}`;
    if (!node.isListening || node.clientsAreCut) this.ended(1006);
    else {
      pipe.toServer(() => {
        if (!node.isListening) return pipe.endAtServer(1006);
        this.#socket = node.runtime.upgrade(`/app/${key}?protocol=7${query}`, {}, pipe).socket;
        if (this.#socket === undefined) pipe.endAtServer(1006);
      });
    }
    const outcome = await greeted;
    if (outcome !== "ok" && !this.isOver) this.cut();
    return outcome;
  }

  /** Resolves with what became of it. */
  async subscribe(channel: string, user: string): Promise<Outcome> {
    const { application } = this.#world, data = JSON.stringify({ user_id: user });
    const isPresence = channel.startsWith("presence-"), isPrivate = channel.startsWith("private-");
    const answer = this.#await(
      (event, on) => on === channel && event === "pusher_internal:subscription_succeeded",
      (event, on) => on === channel && event === "pusher:subscription_error",
    );
    this.channels.add(channel);
    this.#send("pusher:subscribe", {
      channel,
      ...(isPresence
        ? { channel_data: data, auth: signChannel(application, this.socketId!, channel, data) }
        : {}),
      ...(isPrivate ? { auth: signChannel(application, this.socketId!, channel) } : {}),
    });
    return await answer;
  }

  /** Resolves when the node has answered a ping behind it. */
  async unsubscribe(channel: string): Promise<Outcome> {
    this.channels.delete(channel);
    this.#send("pusher:unsubscribe", { channel });
    return await this.ping();
  }

  /** Sends a client event, and resolves as `unsubscribe`. */
  async trigger(channel: string, message: string): Promise<Outcome> {
    this.#send("client-said", message, channel);
    return await this.ping();
  }

  async signIn(user: string): Promise<Outcome> {
    const { application } = this.#world, data = JSON.stringify({ id: user });
    const answer = this.#await((event) => event === "pusher:signin_success");
    this.#send("pusher:signin", { user_data: data, auth: signUser(application, this.socketId!, data) });
    return await answer;
  }

  /** Resolves with whether the node has answered. */
  async ping(): Promise<Outcome> {
    const answer = this.#await((event) => event === "pusher:pong");
    this.#send("pusher:ping", {});
    return await answer;
  }

  /** Ends it with a close frame. */
  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#giveUp();
    const { pipe } = this;
    pipe.toServer(() => {
      if (pipe.isOver) return;
      pipe.isOver = true;
      this.#socket?.ended(1000);
    });
  }

  /** Ends it without one; `noticed` as in `ClientPipe.cut`. */
  cut(noticed?: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.endedWith = 1006;
    this.#giveUp();
    this.#world.ended?.(this);
    const server = { message: () => {}, pong: () => {}, ended: (code: number) => this.#socket?.ended(code) };
    this.pipe.cut(server, noticed);
  }

  /** Reads nothing, until it does again. */
  stall(isStalled: boolean): void {
    if (isStalled) return this.pipe.route.block("back");
    this.pipe.route.heal();
    this.node.process.run(() => this.#socket?.drained());
  }

  frame(text: string): void {
    if (this.isOver) return;
    const { recorder } = this.#world;
    const { event, channel, data } = JSON.parse(text) as { event: string; channel?: string; data?: unknown };
    recorder.add({
      type: "frame",
      at: recorder.moment(),
      connection: this.name,
      event,
      ...(channel === undefined ? {} : { channel }),
      ...(data === undefined ? {} : { data: typeof data === "string" ? data : JSON.stringify(data) }),
    });
    if (event === "pusher:connection_established") {
      const first = JSON.parse(String(data)) as { socket_id: string; resume?: string };
      this.socketId = first.socket_id;
      this.resume = first.resume;
    }
    if (event === "pusher:ping") this.#send("pusher:pong", {});
    for (const each of this.#awaited) {
      if (each.fits(event, channel)) return each.done("ok");
      if (each.refuses(event, channel)) return each.done("refused");
    }
  }

  pinged(payload: string): void {
    this.pipe.toServer(() => this.#socket?.pong(payload));
  }

  ended(code: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.endedWith = code;
    const { recorder } = this.#world;
    recorder.add({ type: "ended", at: recorder.moment(), connection: this.name, code, by: "other" });
    this.#giveUp();
    this.#world.ended?.(this);
  }

  #send(event: string, data: unknown, channel?: string): void {
    const text = JSON.stringify({ event, data, ...(channel === undefined ? {} : { channel }) });
    this.pipe.toServer(() => this.#socket?.message(text));
  }

  /** Resolves when an answer has come, or as `unknown` when the connection ends or it takes too long. */
  #await(fits: Fits, refuses: Fits = () => false): Promise<Outcome> {
    const { clock } = this.#world, { promise, resolve } = Promise.withResolvers<Outcome>();
    const cancel = clock.schedule(clock.now + PATIENCE, () => awaited.done("unknown"));
    const awaited: Awaited = {
      ...{ fits, refuses },
      done: (outcome) => {
        this.#awaited.delete(awaited);
        cancel();
        resolve(outcome);
      },
    };
    this.#awaited.add(awaited);
    return promise;
  }

  #giveUp(): void {
    for (const each of [...this.#awaited]) each.done("unknown");
  }
}
