import { ApiClient, type ApiResponse } from "../../../test/support/api-client.ts";
import type { Recorder } from "../history/recorder.ts";
import type { CallerAction } from "../workload/plan.ts";
import type { ProveClient } from "./client.ts";
import type { Slots } from "./slots.ts";

/** Milliseconds that a call may take before it is given up. */
const PATIENCE = 4000;

/** Makes one call of the HTTP API and records it. A node that is down is not called. */
export async function call(
  action: CallerAction,
  { slots, recorder, clients }: {
    readonly slots: Slots;
    readonly recorder: Recorder;
    readonly clients: ReadonlyMap<string, ProveClient>;
  },
): Promise<void> {
  const port = slots.find(action.node).node?.port;
  if (port === undefined) return;
  const { caller: actor, node } = action;
  switch (action.kind) {
    case "publish": {
      const { channel, message } = action, left = clients.get(action.except ?? "");
      const except = left?.socketId === undefined ? {} : { except: left.connection ?? "" };
      const more = left?.socketId === undefined ? {} : { socket_id: left.socketId };
      const end = recorder.begin({ kind: "publish", actor, node, channel, message, ...except });
      const answer = await answerOf(apiAt(port).trigger(channel, "proof", message, more));
      return end(outcomeOf(answer));
    }
    case "users": {
      const end = recorder.begin({ kind: "users", actor, node, channel: action.channel });
      const answer = await askUsers(port, action.channel);
      return answer === undefined ? end("unknown") : end("ok", { users: answer });
    }
    case "channels": {
      const end = recorder.begin({ kind: "channels", actor, node });
      const answer = await askChannels(port);
      return answer === undefined ? end("unknown") : end("ok", { channels: answer.channels });
    }
    case "terminate": {
      const end = recorder.begin({ kind: "terminate", actor, node, user: action.user });
      return end(
        outcomeOf(await answerOf(apiAt(port).post(`/users/${action.user}/terminate_connections`, {}))),
      );
    }
  }
}

/** Ids of the users of a presence channel, sorted; `undefined` when the node does not answer. */
export async function askUsers(port: number, channel: string): Promise<readonly string[] | undefined> {
  const answer = await answerOf(apiAt(port).get(`/channels/${channel}/users`));
  // Some servers say so of an empty channel.
  if (answer?.status === 404) return [];
  if (answer?.status !== 200) return undefined;
  // PHP makes an object of a list with holes: Laravel Reverb does, where a user is on several nodes.
  const { users = {} } = answer.json() as {
    users?: Readonly<Record<string, { readonly id: string | number }>>;
  };
  return Object.values(users).map(({ id }) => String(id)).sort();
}

/** Names of all occupied channels, sorted, and the numbers of subscriptions that the answer has. */
export async function askChannels(
  port: number,
): Promise<
  { readonly channels: readonly string[]; readonly counts: Readonly<Record<string, number>> } | undefined
> {
  const answer = await answerOf(apiAt(port).get("/channels", { info: "subscription_count" }));
  if (answer?.status !== 200) return undefined;
  const { channels = {} } = answer.json() as {
    channels?: Readonly<Record<string, { subscription_count?: number }>>;
  };
  const counts = Object.entries(channels).flatMap(([name, { subscription_count: count }]) =>
    count === undefined ? [] : [[name, count] as const]
  );
  return { channels: Object.keys(channels).sort(), counts: Object.fromEntries(counts) };
}

/** Publishes an event past the history. Resolves with whether it was answered with 200. */
export async function publishMarker(port: number, channel: string, message: string): Promise<boolean> {
  return (await answerOf(apiAt(port).trigger(channel, "marker", message)))?.status === 200;
}

function apiAt(port: number): ApiClient {
  return new ApiClient({ url: `http://127.0.0.1:${port}` });
}

async function answerOf(answer: Promise<ApiResponse>): Promise<ApiResponse | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, PATIENCE);
  try {
    return await Promise.race([answer.catch(() => undefined), promise]);
  } finally {
    clearTimeout(timer);
  }
}

function outcomeOf(answer: ApiResponse | undefined): "ok" | "refused" | "unknown" {
  if (answer?.status === 200) return "ok";
  return answer !== undefined && answer.status >= 400 && answer.status < 500 ? "refused" : "unknown";
}
