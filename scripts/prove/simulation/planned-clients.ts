import type { Begun } from "../history/recorder.ts";
import type { ClientAction, Plan } from "../workload/plan.ts";
import { SimulatedConnection } from "./simulated-client.ts";
import type { SimulatedCluster } from "./simulated-cluster.ts";

/** Close codes after which a client comes back in the place of its connection: it was lost, or the node has sent it elsewhere. */
const COMES_BACK = /^(?:1006|41\d\d|42\d\d)$/;

/** The clients of a plan, each with its present connection. */
export class PlannedClients {
  readonly #cluster: SimulatedCluster;
  readonly #plan: Plan;
  readonly #inTurn: (client: string, act: () => Promise<void>) => void;
  readonly #connections = new Map<string, SimulatedConnection>();
  readonly #counts = new Map<string, number>();

  /** @param inTurn has a client do something when it has done what it does now */
  constructor(
    cluster: SimulatedCluster,
    plan: Plan,
    inTurn: (client: string, act: () => Promise<void>) => void,
  ) {
    this.#cluster = cluster;
    this.#plan = plan;
    this.#inTurn = inTurn;
  }

  /** The present, or last, connection of a client. */
  readonly connectionOf = (client: string): SimulatedConnection | undefined => this.#connections.get(client);

  /** The connections that are open. */
  get open(): readonly SimulatedConnection[] {
    return [...this.#connections.values()].filter(({ isOver, socketId }) =>
      !isOver && socketId !== undefined
    );
  }

  /** Does what a client does, where that can be, and records it. */
  async act(step: ClientAction): Promise<void> {
    const { client } = step, connection = this.#connections.get(client), { recorder } = this.#cluster;
    if (step.kind === "connect") return await this.#connect(client, step.node);
    if (connection === undefined || connection.isOver) return;
    const user = this.#user(client);
    const on = { actor: client, node: connection.node.name, connection: connection.name };
    switch (step.kind) {
      case "subscribe":
        return await this.#subscribe(client, connection, step.channel);
      case "unsubscribe": {
        if (!connection.channels.has(step.channel)) return;
        const end = recorder.begin({ ...on, kind: "unsubscribe", channel: step.channel });
        return end(await connection.unsubscribe(step.channel));
      }
      case "client-event": {
        if (!connection.channels.has(step.channel)) return;
        const { channel, message } = step,
          end = recorder.begin({ ...on, kind: "client-event", channel, message });
        return end(await connection.trigger(channel, message));
      }
      case "sign-in": {
        const end = recorder.begin({ ...on, kind: "sign-in", user });
        return end(await connection.signIn(user));
      }
      case "close":
      case "cut": {
        const end = recorder.begin({ ...on, kind: step.kind });
        if (step.kind === "close") connection.close();
        else connection.cut();
        return end("ok");
      }
    }
  }

  /** Has a client connect again a moment later, as pusher-js does, at any node. */
  #comesBack(client: string): void {
    const { random } = this.#cluster, { nodes } = this.#plan, node = random.pick(nodes)!;
    const milliseconds = 30 + random.below(200);
    this.#inTurn(client, async () => {
      await this.#cluster.pause(milliseconds);
      await this.#connect(client, node);
    });
  }

  async #connect(client: string, slot: string): Promise<void> {
    const before = this.#connections.get(client), cluster = this.#cluster;
    if (before !== undefined && !before.isOver) return;
    const number = (this.#counts.get(client) ?? 0) + 1;
    this.#counts.set(client, number);
    const { clock, random, recorder, application, setup } = cluster;
    const connection = new SimulatedConnection(`${client}#${number}`, cluster.node(slot), {
      ...{ clock, random, recorder, application },
      ended: (ended) => {
        if (setup.recovers && ended.resume !== undefined && COMES_BACK.test(String(ended.endedWith))) {
          this.#comesBack(client);
        }
      },
    });
    this.#connections.set(client, connection);
    const comesBack = setup.recovers && before?.resume !== undefined &&
      COMES_BACK.test(String(before.endedWith));
    const end = recorder.begin({
      ...{ kind: "connect", actor: client, node: slot, connection: connection.name },
      ...(comesBack ? { returns: before.name } : {}),
    } as Begun);
    const outcome = await connection.open(comesBack ? before.resume : undefined);
    end(outcome, connection.socketId === undefined ? {} : { socketId: connection.socketId });
    if (outcome !== "ok" || !comesBack) return;
    // As pusher-js does, which asks for all its channels at once.
    await Promise.all(Array.from(before.channels, (channel) => this.#subscribe(client, connection, channel)));
  }

  async #subscribe(client: string, connection: SimulatedConnection, channel: string): Promise<void> {
    if (connection.isOver || connection.channels.has(channel)) return;
    const user = this.#user(client);
    const end = this.#cluster.recorder.begin({
      ...{
        kind: "subscribe",
        actor: client,
        node: connection.node.name,
        connection: connection.name,
        channel,
      },
      ...(channel.startsWith("presence-") ? { user } : {}),
    } as Begun);
    end(await connection.subscribe(channel, user));
  }

  #user(client: string): string {
    return this.#plan.clients.find(({ name }) => name === client)!.user;
  }
}
