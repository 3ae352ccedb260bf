import {
  type ConnectionName,
  makeConnectionName,
  namesInJar,
  namesToDelete,
  namesToLookUp,
  type NameWorth,
  type Naming,
  newestNames,
  readConnectionName,
  YOUNG,
} from "./connection-name.ts";
import { CutConnection } from "./cut-connection.ts";
import type { KnownNames } from "./known-names.ts";
import { RecoverableConnection } from "./recoverable-connection.ts";
import type { RecoveredHub, RecoveryServices } from "./recovery-services.ts";

const SECOND = 1000;

/** Milliseconds in which all nodes have written anew what they know of their open connections: more than a second or two. */
const WRITTEN = 10_000;

/** Names the connections of handshakes, and says which names the answers take out of their clients' jars. */
export class JarKeeper {
  readonly #hub: RecoveredHub;
  readonly #names: KnownNames;
  readonly #services: RecoveryServices;
  /** Whether a question has had no answer in time, and has none yet. */
  #isLate = false;
  /** `ClusterNames.period` at the last handshake, and since when it is known (milliseconds). */
  #period: number | undefined;
  #since = -Infinity;
  /** Seconds since 1970 when this server began. */
  readonly #startedAt: number;
  /** Whether it has taken over which connections an earlier server knew. */
  knowsEarlier = false;
  /** The last `#tag`, and the key that it was made of. */
  #tagOfKey: { readonly key: string; readonly tag: string } | undefined;

  constructor(hub: RecoveredHub, names: KnownNames, services: RecoveryServices) {
    this.#hub = hub;
    this.#names = names;
    this.#services = services;
    this.#startedAt = services.wallClock() / SECOND;
  }

  /**
   * Asks for the names in a jar that no connection of this node has: resolves with those that no other node knows either, or in time
   * (`Cluster.patience`) with none; `undefined` where there is nothing to ask for, or the other nodes cannot be asked. So most handshakes do not wait.
   */
  lookUp(jar: string | null): Promise<ReadonlySet<string>> | undefined {
    const { log, patience } = this.#hub.cluster, { wallClock, after } = this.#services;
    if (log?.isUp !== true || this.#isLate || !this.#isComplete(log.names.period)) return undefined;
    const asked = namesToLookUp(
      namesInJar(jar, this.#tag),
      wallClock() / SECOND,
      (name) => this.#names.find(name) !== undefined,
    );
    if (asked.length === 0) return undefined;
    return new Promise((resolve) => {
      let isAnswered = false;
      const end = (texts: readonly (string | undefined)[] | undefined): void => {
        isAnswered = true;
        this.#isLate = false;
        resolve(new Set(texts === undefined ? [] : asked.filter((_, index) => texts[index] === undefined)));
      };
      after(patience, () => {
        if (!isAnswered) this.#isLate = true;
        resolve(new Set());
      });
      log.names.find(asked).then(end, () => end(undefined));
    });
  }

  /**
   * Whether a connection that no server knows may have been open so lately that its client could still come back: else its time is over,
   * or it has ended for good.
   */
  mayBeLost(name: string): boolean {
    const { application: { settings: { recovery: { seconds } } }, cluster: { isShared, log } } = this.#hub;
    const now = this.#services.wallClock() / SECOND, madeAt = readConnectionName(name)?.madeAt ?? 0;
    if (!isShared && madeAt + 1 <= this.#startedAt) {
      return !this.knowsEarlier && now < this.#startedAt + seconds;
    }
    if (now - madeAt < Math.min(YOUNG, seconds)) return true;
    return isShared && log !== undefined &&
      !(log.isUp && this.#isComplete(log.names.period, seconds * SECOND));
  }

  /** Whether all nodes have had the time to keep again what may have been lost. */
  #isComplete(period: number, time = WRITTEN): boolean {
    const now = this.#services.now();
    if (this.#period !== undefined && this.#period !== period) this.#since = now;
    this.#period = period;
    return now >= this.#since + time;
  }

  /**
   * Names the connection of a handshake. `jar` is its `Cookie` header, `resume` the name in its query; `unknownElsewhere` are the names
   * that no other node knows: true for all of them.
   */
  name(jar: string | null, resume: string | null, unknownElsewhere: ReadonlySet<string> | boolean): Naming {
    const { wallClock, randomName, now } = this.#services, seconds = wallClock() / SECOND;
    const tag = this.#tag, time = now(), inJar = namesInJar(jar, tag);
    const asked = resume === null ? undefined : readConnectionName(resume);
    const named: readonly ConnectionName[] = asked === undefined
      ? newestNames(inJar)
      : asked.tag === tag
      ? [asked]
      : [];
    const worthOf = (name: string): NameWorth => {
      const known = this.#names.find(name);
      if (known === undefined) {
        const isForgotten = typeof unknownElsewhere === "boolean"
          ? unknownElsewhere
          : unknownElsewhere.has(name);
        return isForgotten ? "forgotten" : "unknown";
      }
      if (known instanceof RecoverableConnection) return "claimable";
      if (known.until <= time) return "forgotten";
      return known instanceof CutConnection || known.standsFor.length > 0 ? "claimable" : "ended";
    };
    return {
      name: makeConnectionName(tag, seconds, randomName()),
      named: named.map(({ text }) => text),
      deleted: namesToDelete(inJar, seconds, worthOf),
    };
  }

  /** Stands for the application in names: 8 hex digits, of its id and key, which are no secrets. A reload may change the key. */
  get #tag(): string {
    const { id, key, digests } = this.#hub.application;
    if (this.#tagOfKey?.key !== key) {
      const tag = digests.sha256Hex(new TextEncoder().encode(`${id}\n${key}`)).slice(0, 8);
      this.#tagOfKey = { key, tag };
    }
    return this.#tagOfKey.tag;
  }
}
