import type { SeededRandom } from "../../../test/support/churn/seeded-random.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What is wrong with the network between two places, in both directions together or in one. */
export class Route {
  /** New connections are refused, and those that are there were cut. */
  isRefused = false;
  /** Everything takes so many times as long. */
  slowness = 1;
  /** How likely a message breaks its connection. */
  lossiness = 0;
  /** What Redis publishes is lost, and all else passes. */
  isUnheard = false;
  readonly #blocked = new Set<"there" | "back">();
  readonly #paths = new Set<Path>();

  /** Whether what is sent in a direction waits, as it does while the network loses all of it and TCP repeats it. */
  isBlocked(direction: "there" | "back"): boolean {
    return this.#blocked.has(direction);
  }

  block(...directions: readonly ("there" | "back")[]): void {
    for (const each of directions) this.#blocked.add(each);
  }

  /** Everything is as usual again; what has waited arrives. */
  heal(): void {
    this.isRefused = false;
    this.slowness = 1;
    this.lossiness = 0;
    this.isUnheard = false;
    this.#blocked.clear();
    for (const each of this.#paths) each.flush();
  }

  add(path: Path): void {
    this.#paths.add(path);
  }

  remove(path: Path): void {
    this.#paths.delete(path);
  }
}

/** One direction of a connection: what is sent arrives later, in its order, or never when the connection is cut. */
export class Path {
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #route: Route;
  readonly #direction: "there" | "back";
  #lastAt = 0;
  #isCut = false;
  #held: (() => void)[] = [];

  constructor(clock: VirtualClock, random: SeededRandom, route: Route, direction: "there" | "back") {
    this.#clock = clock;
    this.#random = random;
    this.#route = route;
    this.#direction = direction;
    route.add(this);
  }

  send(arrive: () => void): void {
    if (this.#isCut) return;
    const at = Math.max(this.#lastAt, this.#clock.now + delay(this.#random) * this.#route.slowness);
    this.#lastAt = at;
    this.#clock.schedule(at, () => {
      if (this.#isCut) return;
      if (this.#held.length > 0 || this.#route.isBlocked(this.#direction)) this.#held.push(arrive);
      else arrive();
    });
  }

  /** What has waited arrives now. */
  flush(): void {
    if (this.#route.isBlocked(this.#direction)) return;
    const held = this.#held;
    this.#held = [];
    for (const arrive of held) {
      this.#clock.schedule(this.#clock.now, () => {
        if (!this.#isCut) arrive();
      });
    }
    this.#lastAt = Math.max(this.#lastAt, this.#clock.now);
  }

  /** The connection is gone: nothing arrives any more. */
  cut(): void {
    this.#isCut = true;
    this.#held = [];
    this.#route.remove(this);
  }
}

/** Milliseconds of a message: mostly a fraction of one, one in thirty some more, so that each may overtake those of other connections. */
export function delay(random: SeededRandom): number {
  const usual = 0.05 + random.next() * 0.4;
  return random.next() < 1 / 30 ? usual + random.next() * 20 : usual;
}
