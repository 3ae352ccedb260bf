// The load client, a process of its own so that it can be bound to another processor than the server: opens raw TCP sockets,
// subscribes them, and counts messages without parsing them. It is driven by messages from load-driver.ts.
import { comeBack } from "./come-back.ts";
import { Crowd } from "./crowd.ts";
import { measureLatency } from "./latency.ts";
import type { LoadAnswer, LoadProtocol, LoadRequest } from "./load-request.ts";
import { probe } from "./probe.ts";
import { publish } from "./publish.ts";
import { sendClientEvents } from "./client-events.ts";
import { churn } from "./churn.ts";
import { stampede } from "./stampede.ts";
import { storm } from "./storm.ts";

const crowd = new Crowd();

/** One function a request. */
const ACTIONS: {
  [Name in keyof LoadProtocol]: (
    request: LoadProtocol[Name]["request"],
  ) => Promise<LoadProtocol[Name]["answer"]>;
} = {
  open: (request) => crowd.open(request),
  close: (request) => crowd.close(request),
  publish: (request) => publish(crowd, request),
  clientEvents: (request) => sendClientEvents(crowd, request),
  storm: (request) => storm(request),
  stampede: (request) => stampede(request),
  churn: (request) => churn(crowd, request),
  comeBack: (request) => comeBack(crowd, request),
  probe: (request) => probe(request),
  latency: (request) => measureLatency(crowd, request),
};

process.on("message", async (request: LoadRequest) => {
  const startedAt = performance.now(), before = process.cpuUsage();
  let message: LoadAnswer;
  try {
    // The name decides the type of the request, which the compiler cannot follow through a table.
    const action = ACTIONS[request.do] as (request: LoadRequest) => Promise<unknown>;
    const answer = await action(request);
    const { user, system } = process.cpuUsage(before);
    const cost = { cpuSeconds: (user + system) / 1e6, seconds: (performance.now() - startedAt) / 1000 };
    message = { kind: "done", answer, cost };
  } catch (error) {
    message = { kind: "failed", reason: reasonOf(error) };
  }
  process.send!(message);
});

// A connection that the server has closed while no request waited for anything on it.
process.on("uncaughtException", (error) => {
  process.send!({ kind: "failed", reason: reasonOf(error) } satisfies LoadAnswer);
});

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
