import type { FaultKind, WebhookEvent } from "../../../scripts/prove/history/entry.ts";
import type { History, Setup } from "../../../scripts/prove/history/history.ts";
import { type Answer, type Begun, type End, Recorder } from "../../../scripts/prove/history/recorder.ts";
import type { Moment, Outcome } from "../../../scripts/prove/history/operation.ts";

/** The setup of a history that a test writes by hand. */
export function setupOf(replaced: Partial<Setup> = {}): Setup {
  return {
    seed: 1,
    contender: "a test",
    nodes: ["n1", "n2"],
    leaseMs: 2000,
    holdMs: 0,
    marginMs: 100,
    recovers: false,
    reports: false,
    ...replaced,
  };
}

/** A history that a test writes line by line. Each line takes one millisecond; every line but `begin` is complete when it returns. */
export class ScriptedHistory {
  readonly #recorder: Recorder;
  #ms = 0;
  #message = 0;

  constructor(setup: Partial<Setup> = {}) {
    this.#recorder = new Recorder(setupOf(setup), () => ++this.#ms);
  }

  get history(): History {
    return this.#recorder.history;
  }

  /** Lets time go by. */
  wait(ms: number): this {
    this.#ms += ms;
    return this;
  }

  moment(): Moment {
    return this.#recorder.moment();
  }

  /** Begins an operation that ends when the test says so. */
  begin(operation: Begun): End {
    return this.#recorder.begin(operation);
  }

  connect(connection: string, node = "n1", returns?: string): this {
    const operation = { kind: "connect", actor: actorOf(connection), node, connection } as const;
    return this.#done(
      { ...operation, ...(returns === undefined ? {} : { returns }) },
      { socketId: `${connection}.1` },
    );
  }

  /** Subscribes; with a user and a roster as on a presence channel. */
  subscribe(
    connection: string,
    channel: string,
    user?: string,
    roster: readonly string[] = [],
    node = "n1",
  ): this {
    const operation = { kind: "subscribe", actor: actorOf(connection), node, connection, channel } as const;
    const end = this.#recorder.begin({ ...operation, ...(user === undefined ? {} : { user }) });
    const hash = Object.fromEntries(roster.map((id) => [id, {}]));
    const data = user === undefined ? {} : { presence: { count: roster.length, ids: roster, hash } };
    this.frame(connection, "pusher_internal:subscription_succeeded", channel, JSON.stringify(data));
    end("ok");
    return this;
  }

  unsubscribe(connection: string, channel: string, node = "n1"): this {
    return this.#done({ kind: "unsubscribe", actor: actorOf(connection), node, connection, channel });
  }

  /** The client closes or cuts its connection. */
  leave(connection: string, kind: "close" | "cut" = "close", node = "n1"): this {
    this.#done({ kind, actor: actorOf(connection), node, connection });
    return this.ended(connection, "client");
  }

  ended(connection: string, by: "client" | "other" = "other", code = 1006): this {
    this.#recorder.add({ type: "ended", at: this.moment(), connection, code, by });
    return this;
  }

  /** Publishes, and returns the message. */
  publish(
    channel: string,
    more: { actor?: string; node?: string; outcome?: Outcome; except?: string } = {},
  ): string {
    const message = `m${++this.#message}`, { actor = "api1", node = "n1", outcome = "ok", except } = more;
    const left = except === undefined ? {} : { except };
    this.#recorder.begin({ kind: "publish", actor, node, channel, message, ...left })(outcome);
    return message;
  }

  clientEvent(connection: string, channel: string, node = "n1"): string {
    const message = `m${++this.#message}`;
    this.#done({ kind: "client-event", actor: actorOf(connection), node, connection, channel, message });
    return message;
  }

  /** A published message arrives. */
  arrive(connection: string, channel: string, message: string): this {
    return this.frame(connection, "proof", channel, message);
  }

  added(connection: string, channel: string, user: string): this {
    return this.frame(connection, "pusher_internal:member_added", channel, JSON.stringify({ user_id: user }));
  }

  removed(connection: string, channel: string, user: string): this {
    return this.frame(
      connection,
      "pusher_internal:member_removed",
      channel,
      JSON.stringify({ user_id: user }),
    );
  }

  frame(connection: string, event: string, channel: string, data: string): this {
    this.#recorder.add({ type: "frame", at: this.moment(), connection, event, channel, data });
    return this;
  }

  users(channel: string, users: readonly string[], node = "n1"): this {
    return this.#done({ kind: "users", actor: "api1", node, channel }, { users });
  }

  /** A fault that begins and ends; what `during` writes happens in it. */
  fault(kind: FaultKind, node?: string, during: () => void = () => {}): this {
    const start = this.moment();
    during();
    const where = node === undefined ? {} : { node };
    this.#recorder.add({ type: "fault", kind, ...where, start, end: this.moment() });
    return this;
  }

  webhook(delivery: string, ...events: readonly WebhookEvent[]): this {
    this.#recorder.add({ type: "webhook", at: this.moment(), delivery, events });
    return this;
  }

  /** A quiet moment at which every node answers the same. */
  quiet(
    users: Readonly<Record<string, readonly string[]>> = {},
    counts?: Readonly<Record<string, number>>,
  ): this {
    const more = counts === undefined ? {} : { counts, channels: Object.keys(counts).sort() };
    const answers = this.history.setup.nodes.map((node) => ({ node, users, ...more }));
    this.#recorder.add({ type: "quiet", at: this.moment(), isRest: false, answers });
    return this;
  }

  /** What a process that lives says; it began with that entry. */
  record(node: string, counted = 0, logged = counted, since = 0): this {
    const began = { order: since, ms: 0 }, losses = { counted, logged };
    this.#recorder.add({ type: "record", node, since: began, at: this.moment(), losses, log: [] });
    return this;
  }

  #done(operation: Begun, answer: Answer = {}): this {
    this.#recorder.begin(operation)("ok", answer);
    return this;
  }
}

function actorOf(connection: string): string {
  return connection.replace(/#.*/, "");
}
