import { honestLoss } from "../checkers/honest-loss.ts";
import type { Answers, NodeRecord } from "../history/entry.ts";
import { ROOMS } from "../workload/make-plan.ts";
import type { Plan, PlannedFault } from "../workload/plan.ts";
import { applyFault } from "./apply-fault.ts";
import { countsIn, makeCall, usersIn } from "./make-call.ts";
import { Markers } from "./markers.ts";
import { PlannedClients } from "./planned-clients.ts";
import { callApi } from "./simulated-caller.ts";
import type { SimulatedCluster } from "./simulated-cluster.ts";

/** Milliseconds after faults for which their damage may take to heal: reconnecting, a reunion, and what follows it. */
const HEALING = 8000;
/** Milliseconds after which a cluster that is not quiet never will be. */
const NEVER = 60_000;
/** Milliseconds after the end within which lost events are counted and logged. */
const COUNTED_WITHIN = 10_000;

/** Carries out a plan on a simulated cluster and records what happens. */
export class PlanRun {
  readonly #cluster: SimulatedCluster;
  readonly #plan: Plan;
  readonly #markers: Markers;
  readonly #clients: PlannedClients;
  /** What each actor does now; it does one thing after the other. */
  readonly #busy = new Map<string, Promise<void>>();
  readonly #faults = new Set<Promise<void>>();
  #hadFault = false;

  constructor(cluster: SimulatedCluster, plan: Plan) {
    this.#cluster = cluster;
    this.#plan = plan;
    this.#markers = new Markers(cluster);
    this.#clients = new PlannedClients(cluster, plan, (client, act) => this.#by(client, act));
  }

  /** Resolves when all is done, and recorded. */
  async run(): Promise<void> {
    const { nodes, steps } = this.#plan, cluster = this.#cluster, { connectionOf } = this.#clients;
    for (const slot of nodes) cluster.startNode(slot);
    await cluster.pause(500);
    for (const step of steps) {
      if (step.kind === "quiet") await this.#quiet(false);
      else if (step.kind === "fault") this.#fault(step);
      else if ("client" in step) this.#by(step.client, () => this.#clients.act(step));
      else this.#by(step.caller, () => makeCall(cluster, step, connectionOf));
      await cluster.pause(step.gap);
    }
    await this.#quiet(true);
    await this.#counted();
    for (const record of this.#records()) cluster.recorder.add(record);
  }

  /** Waits until each lost event is counted: a node that had lost Redis asks the others first what it has missed. */
  async #counted(): Promise<void> {
    const { recorder, clock } = this.#cluster, latest = clock.now + COUNTED_WITHIN;
    for (;;) {
      const { setup, entries } = recorder.history;
      if (honestLoss.check({ setup, entries: [...entries, ...this.#records()] }).length === 0) return;
      if (clock.now > latest) return;
      await this.#cluster.pause(500);
    }
  }

  #records(): readonly NodeRecord[] {
    const { nodes, recorder } = this.#cluster;
    return nodes.map(({ name, since, log, losses }) => ({
      type: "record",
      node: name,
      since,
      at: recorder.moment(),
      losses,
      log: [...log],
    }));
  }

  #by(actor: string, act: () => Promise<void>): void {
    const before = this.#busy.get(actor) ?? Promise.resolve();
    this.#busy.set(actor, before.then(act).catch((error: unknown) => this.#cluster.fault(actor, error)));
  }

  #fault(step: PlannedFault): void {
    const { recorder } = this.#cluster, { fault, node, client } = step;
    const connection = client === undefined ? undefined : this.#clients.connectionOf(client);
    if (client !== undefined && (connection === undefined || connection.isOver)) return;
    this.#hadFault = true;
    const start = recorder.moment();
    const over = applyFault(this.#cluster, step, connection).then(() => {
      recorder.add({
        ...{ type: "fault", kind: fault, start, end: recorder.moment() },
        ...(node === undefined ? {} : { node }),
        ...(connection === undefined ? {} : { connection: connection.name }),
      });
    }).catch((error: unknown) => this.#cluster.fault(fault, error));
    this.#faults.add(over);
    void over.then(() => this.#faults.delete(over));
  }

  /** Resolves when all that goes on is over, also what comes of it. */
  async #settled(): Promise<void> {
    for (let before: readonly Promise<void>[] = [];;) {
      const now = [...this.#busy.values(), ...this.#faults];
      await Promise.all(now);
      if (now.length === before.length && now.every((each, index) => each === before[index])) return;
      before = now;
    }
  }

  /** Waits until nothing goes on any more, lets damage heal, sees that markers pass, and asks all nodes. */
  async #quiet(isRest: boolean): Promise<void> {
    const cluster = this.#cluster, { setup, recorder, clock } = cluster;
    await this.#settled();
    // A cut is noticed, webhooks are sent; after a fault all that it may have broken heals.
    await cluster.pause(setup.holdMs + 1500 + (this.#hadFault ? setup.leaseMs + HEALING : 0));
    this.#hadFault = false;
    const latest = clock.now + NEVER;
    while (!await this.#markers.pass()) {
      if (clock.now > latest) throw new Error("The cluster does not become quiet: a marker does not pass");
    }
    await Promise.all(this.#clients.open.map((each) => each.ping()));
    const answers = await Promise.all(this.#plan.nodes.map((slot) => this.#ask(slot)));
    recorder.add({ type: "quiet", at: recorder.moment(), isRest, answers });
    for (const record of this.#records()) recorder.add({ ...record, log: [] });
  }

  async #ask(slot: string): Promise<Answers> {
    const cluster = this.#cluster, node = cluster.node(slot), { application } = cluster;
    const users: Record<string, readonly string[]> = {};
    for (const room of ROOMS) {
      const answer = await callApi(cluster, node, application, {
        method: "GET",
        path: `/channels/${room}/users`,
      });
      if (answer?.status === 200) users[room] = usersIn(answer);
    }
    const query = { info: "subscription_count" };
    const answer = await callApi(cluster, node, application, { method: "GET", path: "/channels", query });
    if (answer?.status !== 200) return { node: slot, users };
    const counts = [...countsIn(answer)];
    return {
      ...{ node: slot, users, channels: counts.map(([name]) => name) },
      counts: Object.fromEntries(
        counts.flatMap(([name, count]) => count === undefined ? [] : [[name, count]]),
      ),
    };
  }
}
