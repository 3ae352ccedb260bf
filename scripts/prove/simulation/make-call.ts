import type { Outcome } from "../history/operation.ts";
import type { Begun } from "../history/recorder.ts";
import type { CallerAction } from "../workload/plan.ts";
import { type ApiAnswer, type ApiCall, callApi } from "./simulated-caller.ts";
import type { SimulatedConnection } from "./simulated-client.ts";
import type { SimulatedCluster } from "./simulated-cluster.ts";

/** Makes a planned call of the HTTP API and records it. `connectionOf` is the present connection of a client. */
export async function makeCall(
  cluster: SimulatedCluster,
  step: CallerAction,
  connectionOf: (client: string) => SimulatedConnection | undefined,
): Promise<void> {
  const { application, recorder } = cluster, node = cluster.node(step.node);
  const by = { actor: step.caller, node: step.node };
  const call = (request: ApiCall): Promise<ApiAnswer> => callApi(cluster, node, application, request);
  switch (step.kind) {
    case "publish": {
      const except = step.except === undefined ? undefined : connectionOf(step.except);
      const { channel, message } = step, isLeftOut = except?.socketId !== undefined;
      const end = recorder.begin(
        { ...by, kind: "publish", channel, message, ...(isLeftOut ? { except: except.name } : {}) } as Begun,
      );
      const body = {
        name: "said",
        channel,
        data: message,
        ...(isLeftOut ? { socket_id: except.socketId } : {}),
      };
      return end(outcomeOf(await call({ method: "POST", path: "/events", body })));
    }
    case "users": {
      const end = recorder.begin({ ...by, kind: "users", channel: step.channel });
      const answer = await call({ method: "GET", path: `/channels/${step.channel}/users` });
      return end(outcomeOf(answer), answer?.status === 200 ? { users: usersIn(answer) } : {});
    }
    case "channels": {
      const end = recorder.begin({ ...by, kind: "channels" });
      const answer = await call({ method: "GET", path: "/channels" });
      return end(outcomeOf(answer), answer?.status === 200 ? { channels: [...countsIn(answer).keys()] } : {});
    }
    case "terminate": {
      const end = recorder.begin({ ...by, kind: "terminate", user: step.user });
      const path = `/users/${step.user}/terminate_connections`;
      return end(outcomeOf(await call({ method: "POST", path, body: {} })));
    }
  }
}

function outcomeOf(answer: ApiAnswer): Outcome {
  if (answer === undefined || answer.status >= 500) return "unknown";
  return answer.status === 200 ? "ok" : "refused";
}

/** The ids in an answer to `GET users`, sorted. */
export function usersIn({ body }: NonNullable<ApiAnswer>): readonly string[] {
  return (body["users"] as readonly { readonly id: string }[]).map(({ id }) => id).sort();
}

/** The channels in an answer to `GET channels`, sorted, each with its subscriptions where they were asked for. */
export function countsIn({ body }: NonNullable<ApiAnswer>): ReadonlyMap<string, number | undefined> {
  const channels = body["channels"] as Readonly<Record<string, { readonly subscription_count?: number }>>;
  const names = Array.isArray(channels) ? [] : Object.keys(channels).sort();
  return new Map(names.map((name) => [name, channels[name]?.subscription_count]));
}
