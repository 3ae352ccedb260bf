import type { Config } from "../../../src/config/config.ts";
import { TEST_APPLICATION } from "../../../test/support/test-application.ts";
import { CHECKERS } from "../checkers/all.ts";
import type { Violation } from "../checkers/checker.ts";
import type { History, Setup } from "../history/history.ts";
import type { Plan } from "../workload/plan.ts";
import { MARKING } from "./markers.ts";
import { PlanRun } from "./plan-run.ts";
import { SimulatedCluster, type SimulationFault } from "./simulated-cluster.ts";
import { simulatedConfig } from "./simulated-node.ts";

/** What a simulated run has shown. */
export interface Simulated {
  readonly history: History;
  readonly violations: readonly Violation[];
  readonly faults: readonly SimulationFault[];
  /** Milliseconds of simulated time, and events in it. */
  readonly ms: number;
  readonly events: number;
}

const LEASE_SECONDS = 2, HOLD_SECONDS = 1;
/** Milliseconds of simulated time after which a run is not waited for any longer. */
const LONGEST = 1_800_000;

const configs = new Map<boolean, Config>();

function configOf(recovers: boolean): Config {
  let config = configs.get(recovers);
  if (config === undefined) configs.set(recovers, config = simulatedConfig(VARIABLES, toml(recovers)));
  return config;
}

const VARIABLES = {};

function toml(recovers: boolean): string {
  return `
[server]
host = "127.0.0.1"
[server.scaling]
enabled = true
lease_seconds = ${LEASE_SECONDS}
[server.webhook_options]
hold_seconds = 0.5
batch_seconds = 0.05
${application(TEST_APPLICATION)}webhooks = [{ url = "http://application.test/hooks" }]
subscription_count = true
accept_client_events_from = "members"
recovery = { enabled = ${recovers}, hold_seconds = ${HOLD_SECONDS} }
${application(MARKING)}`;
}

function application({ id, key, secret }: typeof TEST_APPLICATION): string {
  return `[[apps]]\napp_id = "${id}"\nkey = "${key}"\nsecret = "${secret}"\n`;
}

/** Runs a plan in simulated time and checks what it has recorded. The same plan always gives the same. */
export function simulate(plan: Plan): Simulated {
  const setup: Setup = {
    seed: plan.seed,
    contender: "Resound, simulated",
    nodes: plan.nodes,
    leaseMs: LEASE_SECONDS * 1000,
    holdMs: plan.recovers ? HOLD_SECONDS * 1000 : 0,
    marginMs: 2000,
    recovers: plan.recovers,
    reports: true,
  };
  const cluster = new SimulatedCluster(setup, configOf(plan.recovers));
  let isOver = false;
  const ended = (): void => void (isOver = true);
  new PlanRun(cluster, plan).run().then(ended, (error: unknown) => {
    cluster.fault("the run", error);
    ended();
  });
  if (!cluster.clock.runUntil(() => isOver, LONGEST)) cluster.fault("the run", new Error("It does not end"));
  cluster.recorder.giveUp();
  const { history } = cluster.recorder;
  return {
    history,
    violations: CHECKERS.flatMap((checker) => checker.check(history)),
    faults: cluster.faults,
    ms: cluster.clock.now,
    events: cluster.clock.count,
  };
}

/** As `simulate`, in a task of the event loop, for callers that are in a promise. */
export function simulateInTask(plan: Plan): Promise<Simulated> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(simulate(plan));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}
