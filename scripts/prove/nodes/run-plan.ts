import { honestLoss } from "../checkers/honest-loss.ts";
import type { History, Setup } from "../history/history.ts";
import { Recorder } from "../history/recorder.ts";
import type { Plan, Step } from "../workload/plan.ts";
import { SeededRandom } from "../../../test/support/churn/seeded-random.ts";
import { call } from "./caller.ts";
import { ProveClient } from "./client.ts";
import type { ClientParts } from "./client-parts.ts";
import type { ProveContender } from "./contender.ts";
import { Markers } from "./markers.ts";
import { breakFor } from "./nemesis.ts";
import { ProveRedis } from "./prove-redis.ts";
import { becomeQuiet, haveMet } from "./quiet.ts";
import { recordsOf } from "./records-of.ts";
import { Slots } from "./slots.ts";
import { WebhookInbox } from "./webhook-inbox.ts";

/** Milliseconds after the end in which a node that had lost Redis has asked the others what it has missed, counted and logged it. */
const COUNTED_WITHIN = 30_000;

/** How late a timer or an answer may be on a busy machine, in milliseconds. */
const MARGIN = 5000;

/** Carries a plan out on real nodes and resolves with all that was recorded. Everything that it has started is ended then. */
export async function runPlan(plan: Plan, contender: ProveContender): Promise<History> {
  const random = new SeededRandom(plan.seed ^ 0x5eed), chance = (): number => random.next();
  const recovers = plan.recovers && contender.canRecover;
  const setup: Setup = {
    seed: plan.seed,
    contender: contender.name,
    nodes: plan.nodes,
    leaseMs: contender.leaseMs,
    holdMs: recovers ? contender.holdMs : 0,
    marginMs: MARGIN,
    recovers,
    reports: contender.reports,
  };
  const begun = performance.now(), recorder = new Recorder(setup, () => performance.now() - begun);
  await using redis = await ProveRedis.start();
  await using inbox = new WebhookInbox(recorder);
  const upgraded = plan.steps.flatMap((step) =>
    step.kind === "fault" && step.fault === "upgrade" ? [step.node ?? ""] : []
  );
  await using slots = await Slots.start({
    contender,
    names: plan.nodes,
    redisPort: () => redis.port,
    webhookUrl: inbox.url,
    recovers,
    older: new Set(upgraded),
    random: chance,
  });
  await haveMet(slots);
  await using markers = new Markers(slots);
  const actors = new Map<string, Promise<void>>(), faults = new Map<string, Promise<void>>();
  let gate = Promise.resolve();
  const inTurn = (turns: Map<string, Promise<void>>, who: string, action: () => Promise<void>): void => {
    turns.set(who, (turns.get(who) ?? Promise.resolve()).then(action));
  };
  await using clients = await openClients(plan, {
    ...{ recorder, slots, random: chance, recovers },
    mayConnect: () => gate,
    wasCut(name) {
      if (!recovers) return;
      const pause = 30 + random.below(200), node = random.pick(plan.nodes) ?? "";
      inTurn(actors, name, async () => {
        await Bun.sleep(pause);
        await clients.byName.get(name)?.connect(node);
      });
    },
  });
  const parts = { slots, redis, clients: clients.byName, recorder, random: chance };
  const quiet = async (isRest: boolean): Promise<void> => {
    await settled(faults);
    await settled(actors);
    const opened = Promise.withResolvers<void>();
    gate = opened.promise;
    await becomeQuiet(isRest, {
      ...{ slots, markers, recorder, reports: contender.reports, holdMs: setup.holdMs, marginMs: MARGIN },
      clients: [...clients.byName.values()],
    });
    opened.resolve();
  };
  for (const step of plan.steps) {
    if (step.kind === "quiet") await quiet(false);
    else if (step.kind === "fault") {
      inTurn(faults, step.node ?? step.client ?? "redis", () => breakFor(step, parts));
    } else if ("caller" in step) inTurn(actors, step.caller, () => call(step, parts));
    else inTurn(actors, step.client, () => act(step, clients.byName.get(step.client)));
    await Bun.sleep(step.gap);
  }
  await quiet(true);
  const deadline = recorder.now() + COUNTED_WITHIN;
  for (;;) {
    const entries = [...recorder.history.entries, ...await recordsOf(slots, recorder)];
    const history = { ...recorder.history, entries };
    if (recorder.now() > deadline || honestLoss.check(history).length === 0) return history;
    await Bun.sleep(200);
  }
}

/** Resolves when all that is in turn is over, also what is added meanwhile. */
async function settled(turns: ReadonlyMap<string, Promise<void>>): Promise<void> {
  for (let before: readonly Promise<void>[] = [];;) {
    const now = [...turns.values()];
    if (now.length === before.length && now.every((each, index) => each === before[index])) return;
    await Promise.all(now);
    before = now;
  }
}

async function act(step: Extract<Step, { client: string }>, client: ProveClient | undefined): Promise<void> {
  if (client === undefined) return;
  switch (step.kind) {
    case "connect":
      return await client.connect(step.node);
    case "subscribe":
      return await client.subscribe(step.channel);
    case "unsubscribe":
      return await client.unsubscribe(step.channel);
    case "sign-in":
      return await client.signIn();
    case "client-event":
      return await client.sendEvent(step.channel, step.message);
    case "close":
    case "cut":
      return await client.leave(step.kind);
  }
}

async function openClients(
  plan: Plan,
  parts: Omit<ClientParts, "planned">,
): Promise<{ readonly byName: ReadonlyMap<string, ProveClient> } & AsyncDisposable> {
  const clients = await Promise.all(plan.clients.map((planned) => ProveClient.open({ ...parts, planned })));
  return {
    byName: new Map(clients.map((each) => [each.name, each])),
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((each) => each[Symbol.asyncDispose]()));
    },
  };
}
