import { NoAnswer } from "../../../../src/failures/deadline.ts";
import { LinkDown, type PlainCommand } from "../../../../src/redis/redis-link.ts";
import type { OpenWire, Wire, WireListener, WireOptions } from "../../../../src/redis/redis-wire.ts";
import type { SeededRandom } from "../../../../test/support/churn/seeded-random.ts";
import { Path, type Route } from "../network.ts";
import type { SimulatedProcess } from "../simulated-process.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import type { RedisClient, SimulatedRedis } from "./simulated-redis.ts";

/** What a connection to the simulated Redis needs. */
export interface WireWorld {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly redis: SimulatedRedis;
  /** The way from the node to Redis and back. */
  readonly route: Route;
  /** The node. */
  readonly process: SimulatedProcess;
}

interface Request {
  readonly sentAt: number;
  readonly resolve: (answers: unknown[]) => void;
  readonly reject: (error: LinkDown) => void;
}

/** One in so many pipelines is run in pieces, between which other connections come. */
const IN_PIECES = 8;

/** One connection of a node to the simulated Redis, with the promises of `RedisWire`. */
class SimulatedWire implements Wire, RedisClient {
  readonly channels = new Set<string>();
  readonly #world: WireWorld;
  readonly #options: WireOptions;
  readonly #listener: WireListener;
  readonly #there: Path;
  readonly #back: Path;
  readonly #requests = new Set<Request>();
  #isOpen = false;
  #lost: string | undefined;
  #patientSince = 0;
  /** At its Redis: what runs in pieces, so that later commands wait for it. */
  #pieces = 0;

  constructor(world: WireWorld, options: WireOptions, listener: WireListener) {
    this.#world = world;
    this.#options = options;
    this.#listener = listener;
    const { clock, random, route } = world;
    this.#there = new Path(clock, random, route, "there");
    this.#back = new Path(clock, random, route, "back");
  }

  /** Connects. Rejects as `RedisWire.open`. */
  async open(): Promise<Wire> {
    const { connectTimeout, timers } = this.#options, { redis } = this.#world;
    const cancel = timers.after(connectTimeout, () => this.#fail(new NoAnswer(connectTimeout).message));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const request: Request = { sentAt: 0, resolve: () => resolve(), reject };
    this.#requests.add(request);
    this.#there.send(() => {
      if (redis.isDown || this.#world.route.isRefused) {
        return this.#atNode(() => this.#fail("connect ECONNREFUSED"));
      }
      redis.process.run(() => {
        redis.connect(this);
        this.#atNode(() => {
          if (this.#requests.delete(request)) resolve();
        });
      });
    });
    try {
      await promise;
      const [answer] = await this.send([["PING"]]);
      if (answer instanceof Error) throw answer;
      this.#isOpen = true;
      return this;
    } finally {
      cancel();
    }
  }

  send(commands: readonly PlainCommand[]): Promise<unknown[]> {
    if (this.#lost !== undefined) return Promise.reject(new LinkDown(this.#lost));
    if (commands.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const request: Request = { sentAt: this.#options.now(), resolve, reject };
      this.#requests.add(request);
      if (this.#breaks()) return;
      this.#there.send(() => this.#world.redis.process.run(() => this.#run(commands, request)));
    });
  }

  checkTimeout(now: number, stalled: boolean): void {
    if (stalled) this.#patientSince = now;
    const [oldest] = this.#requests;
    if (oldest === undefined) return;
    const { commandTimeout } = this.#options;
    if (now - Math.max(oldest.sentAt, this.#patientSince) < commandTimeout) return;
    this.#fail(`no answer within ${commandTimeout / 1000} s`);
  }

  /** What was sent still arrives: the connection is closed behind it. */
  close(): void {
    this.#lose("the connection was closed");
    this.#there.send(() => this.#world.redis.process.run(() => this.#world.redis.disconnect(this)));
  }

  message(channel: string, payload: string): void {
    if (this.#world.route.isUnheard || this.#breaks()) return;
    this.#atNode(() => {
      if (this.#lost === undefined) this.#listener.message?.(channel, payload);
    });
  }

  ended(reason: string): void {
    this.#there.cut();
    this.#atNode(() => this.#fail(reason));
  }

  /** The network has ended it: what is on its way is lost. */
  cut(): void {
    const { clock, process, redis, random } = this.#world;
    this.#there.cut();
    this.#back.cut();
    redis.disconnect(this);
    clock.schedule(clock.now + random.next(), () => process.run(() => this.#fail("read ECONNRESET")));
  }

  #breaks(): boolean {
    const { random, route } = this.#world;
    if (route.lossiness === 0 || random.next() >= route.lossiness) return false;
    this.cut();
    return true;
  }

  #atNode(call: () => void): void {
    this.#back.send(() => this.#world.process.run(call));
  }

  /** At Redis: runs commands in one go, or now and then in pieces. */
  #run(commands: readonly PlainCommand[], request: Request): void {
    const { redis, random, clock } = this.#world;
    const answers: unknown[] = [];
    const answered = (): void => {
      this.#atNode(() => {
        if (this.#requests.delete(request)) request.resolve(answers);
      });
    };
    if (this.#pieces === 0 && (commands.length === 1 || random.below(IN_PIECES) > 0)) {
      for (const command of commands) answers.push(redis.run(this, command));
      return answered();
    }
    let at = clock.now;
    for (const [index, command] of commands.entries()) {
      this.#pieces++;
      at = Math.max(at, this.#busyUntil) + random.next() * 0.1;
      this.#busyUntil = at;
      clock.schedule(at, () =>
        redis.process.run(() => {
          this.#pieces--;
          answers.push(redis.run(this, command));
          if (index === commands.length - 1) answered();
        }));
    }
  }

  #busyUntil = 0;

  #fail(reason: string): void {
    if (this.#lost !== undefined) return;
    this.#lose(reason);
    if (this.#isOpen) this.#listener.lost(reason);
  }

  #lose(reason: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = reason;
    const waiting = [...this.#requests];
    this.#requests.clear();
    for (const { reject } of waiting) reject(new LinkDown(reason));
  }
}

/** All connections of one node to Redis. */
export class SimulatedWires {
  readonly #world: WireWorld;
  readonly #wires = new Set<SimulatedWire>();

  constructor(world: WireWorld) {
    this.#world = world;
  }

  readonly open: OpenWire = (options, listener) => {
    const wire = new SimulatedWire(this.#world, options, listener);
    this.#wires.add(wire);
    return wire.open();
  };

  /** The network ends all of them. */
  cut(): void {
    for (const each of this.#wires) each.cut();
    this.#wires.clear();
  }

  /** Their process has ended: what it has sent still arrives. */
  dropAll(): void {
    for (const each of this.#wires) each.close();
    this.#wires.clear();
  }
}
