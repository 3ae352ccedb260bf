import { encodeQuery, signRequest } from "../../../test/support/sign-request.ts";
import type { Credentials } from "../../../test/support/test-application.ts";
import type { SeededRandom } from "../../../test/support/churn/seeded-random.ts";
import { delay } from "./network.ts";
import { PATIENCE } from "./simulated-client.ts";
import type { SimulatedNode } from "./simulated-node.ts";
import { ORIGIN } from "./simulated-runtime.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What was answered; `undefined` where no answer came. */
export type ApiAnswer =
  | { readonly status: number; readonly body: Readonly<Record<string, unknown>> }
  | undefined;

/** A call of the HTTP API. */
export interface ApiCall {
  readonly method: "GET" | "POST";
  /** Below `/apps/ID`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What callers need. */
export interface CallerWorld {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
}

/** Calls the HTTP API of a node. Resolves with `undefined` when the node ends meanwhile or takes longer than ten seconds. */
export function callApi(
  { clock, random }: CallerWorld,
  node: SimulatedNode,
  { id, key, secret }: Credentials,
  { method, path, query = {}, body }: ApiCall,
): Promise<ApiAnswer> {
  const { promise, resolve } = Promise.withResolvers<ApiAnswer>();
  const cancel = clock.schedule(clock.now + PATIENCE, () => resolve(undefined));
  const text = body === undefined ? undefined : JSON.stringify(body), fullPath = `/apps/${id}${path}`;
  const timestamp = String(Math.floor(node.process.wallClock() / 1000));
  const signed = signRequest({
    method,
    path: fullPath,
    query,
    key,
    secret,
    timestamp,
    ...(text === undefined ? {} : { body: text }),
  });
  const url = `${ORIGIN}${fullPath}?${encodeQuery(signed)}`;
  const answer = (found: ApiAnswer): void => {
    clock.schedule(clock.now + delay(random), () => {
      cancel();
      resolve(found);
    });
  };
  clock.schedule(clock.now + delay(random), () => {
    if (!node.isListening || node.clientsAreCut) return answer(undefined);
    node.process.run(() => {
      const init = text === undefined ? {} : {
        body: text,
        headers: { "Content-Length": String(Buffer.byteLength(text)), "Content-Type": "application/json" },
      };
      node.runtime.call(new Request(url, { method, ...init })).then(
        ({ status, text: given }) => {
          if (node.process.isAlive) {
            answer({ status, body: status === 200 ? JSON.parse(given) as Record<string, unknown> : {} });
          }
        },
        () => answer(undefined),
      );
    });
  });
  return promise;
}
