import { SeededRandom } from "../../../test/support/churn/seeded-random.ts";
import type { FaultKind } from "../history/entry.ts";
import type { ClientKind, Plan, PlannedClient, PlannedFault, Step } from "./plan.ts";

/** Presence channels of every plan. */
export const ROOMS: readonly string[] = ["presence-a", "presence-b"];
/** Its other channels, without members. */
export const LOBBIES: readonly string[] = ["news", "private-desk"];

const CHANNELS = [...ROOMS, ...LOBBIES];
const USERS = ["ann", "bob", "cleo", "dora"];
const CALLERS = ["api1", "api2", "api3"];

/** How often each thing is done. */
const ACTIONS = {
  connect: 16,
  subscribe: 26,
  unsubscribe: 9,
  close: 5,
  cut: 4,
  publish: 22,
  "client-event": 6,
  users: 14,
  channels: 3,
  "sign-in": 3,
  terminate: 1,
};

/** Faults of one client. */
const OF_CLIENTS: ReadonlySet<FaultKind> = new Set(["slow-reader"]);

/** Faults of Redis, and so of all nodes. */
const OF_REDIS: ReadonlySet<FaultKind> = new Set([
  "redis-restart",
  "redis-crash",
  "redis-failover",
  "redis-full",
  "redis-freeze",
  "redis-flush",
  "redis-kill",
]);

/** What a plan should be like. */
export interface PlanOptions {
  readonly seed: number;
  /** Kinds that can be had; each as likely as the others. */
  readonly faults: readonly FaultKind[];
  /** 3 unless given. */
  readonly nodes?: number;
  /** 200 unless given. */
  readonly operations?: number;
  /** 5 unless given. */
  readonly faultCount?: number;
  /** Clients that speak through pusher-js; 3 unless given. */
  readonly pusherClients?: number;
  /** The most that a fault lasts, in milliseconds; 3,000 unless given. */
  readonly longest?: number;
  /** By the seed unless given. */
  readonly recovers?: boolean;
}

/**
 * Makes a plan of a seed: as many operations as wished, half of them while something is broken. It begins with all clients coming. There
 * is a quiet moment before and after each fault, save that one fault in four begins while the one before it may still be going on.
 */
export function makePlan(options: PlanOptions): Plan {
  const { seed, operations = 200, faultCount = 5, longest = 3000 } = options;
  const random = new SeededRandom(seed);
  const nodes = Array.from({ length: options.nodes ?? 3 }, (_, index) => `n${index + 1}`);
  const clients = makeClients(options.pusherClients ?? 3);
  const recovers = options.recovers ?? random.below(2) === 0;
  const steps: Step[] = clients.flatMap(({ name: client }) => [
    { kind: "connect", client, node: random.pick(nodes)!, gap: random.below(10) },
    { kind: "subscribe", client, channel: random.pick(ROOMS)!, gap: random.below(10) },
  ]);
  const rest = Math.max(operations - steps.length, 0), part = rest / (2 * Math.max(faultCount, 1));
  let done = 0;
  const actUntil = (end: number): void => {
    while (done < Math.round(end)) steps.push(action(random, nodes, clients, `m${++done}`));
  };
  const quiet: Step = { kind: "quiet", gap: 0 };
  for (let fault = 0; fault < faultCount; fault++) {
    const overlaps = fault > 0 && random.below(4) === 0;
    if (!overlaps) {
      if (fault > 0) steps.push(quiet);
      actUntil((2 * fault + 1) * part);
      steps.push(quiet);
    }
    steps.push(faultOf(random, options.faults, nodes, clients, longest));
    actUntil((2 * fault + 2) * part);
  }
  actUntil(rest);
  return { seed, nodes, clients, recovers, steps };
}

function makeClients(pusherClients: number): readonly PlannedClient[] {
  const kinds: readonly ClientKind[] = [
    ...Array.from({ length: 9 }, () => "raw" as const),
    ...Array.from({ length: pusherClients }, () => "pusher-js" as const),
  ];
  return kinds.map((kind, index) => ({ name: `c${index + 1}`, kind, user: USERS[index % USERS.length]! }));
}

function action(
  random: SeededRandom,
  nodes: readonly string[],
  clients: readonly PlannedClient[],
  message: string,
): Step {
  const kind = random.weighted(ACTIONS);
  const client = random.pick(clients)!.name, node = random.pick(nodes)!, caller = random.pick(CALLERS)!;
  // Mostly at once, so that operations overlap; sometimes after a breath.
  const gap = random.below(4) === 0 ? random.below(120) : random.below(12);
  switch (kind) {
    case "connect":
      return { kind, client, node, gap };
    case "subscribe":
    case "unsubscribe":
      return { kind, client, channel: random.pick(CHANNELS)!, gap };
    case "close":
    case "cut":
    case "sign-in":
      return { kind, client, gap };
    case "client-event":
      return { kind, client, channel: random.pick([...ROOMS, "private-desk"])!, message, gap };
    case "publish":
      return {
        kind,
        caller,
        node,
        channel: random.pick(CHANNELS)!,
        message,
        ...(random.below(5) === 0 ? { except: client } : {}),
        gap,
      };
    case "users":
      return { kind, caller, node, channel: random.pick(ROOMS)!, gap };
    case "channels":
      return { kind, caller, node, gap };
    case "terminate":
      return { kind, caller, node, user: random.pick(USERS)!, gap };
  }
}

function faultOf(
  random: SeededRandom,
  kinds: readonly FaultKind[],
  nodes: readonly string[],
  clients: readonly PlannedClient[],
  longest: number,
): PlannedFault & { readonly gap: number } {
  const fault = random.pick(kinds);
  if (fault === undefined) throw new Error("A plan with faults needs at least one kind of fault");
  return {
    kind: "fault",
    fault,
    ...(OF_CLIENTS.has(fault) ? { client: random.pick(clients)!.name } : {}),
    ...(OF_CLIENTS.has(fault) || OF_REDIS.has(fault) ? {} : { node: random.pick(nodes)! }),
    lasts: 100 + random.below(longest),
    gap: random.below(60),
  };
}
