import { resolve } from "node:path";
import { reverb as benchedReverb, reverbCommand } from "../../bench/contenders/reverb.ts";
import { soketi as benchedSoketi, soketiPlace } from "../../bench/contenders/soketi.ts";
import { freePort } from "../../../test/support/free-port.ts";
import { LaravelApplication } from "../../../test/laravel/laravel-application.ts";
import { fetchLaravel } from "../../../test/laravel/laravel-packages.ts";
import { temporaryDirectory } from "../../../test/support/start-server.ts";
import { TEST_APPLICATION } from "../../../test/support/test-application.ts";
import type { FaultKind } from "../history/entry.ts";
import { startChild } from "./child-node.ts";
import type { NodeOptions, Prepared, ProveContender, ProveNode } from "./contender.ts";

/** Faults that are about what only this server has. */
const WITHOUT: ReadonlyMap<FaultKind, string> = new Map([
  ["clock", "its nodes are started without libfaketime"],
  ["handover", "it has no handover"],
  ["upgrade", "only one version of it is installed"],
]);

/** soketi as its documentation has it in a cluster: the Redis adapter, and webhooks for the same events. */
export async function prepareSoketi(): Promise<Prepared> {
  const available = await benchedSoketi.prepare();
  if (available.kind === "unavailable") return { ...available, name: benchedSoketi.name };
  return { kind: "ready", contender: contender(available.version, true, startSoketi) };
}

/**
 * Laravel Reverb with scaling over Redis, as its documentation has it: that of an application's folder, or of one that Composer fetches.
 */
export async function prepareReverb(application: string | undefined): Promise<Prepared> {
  const kind = benchedReverb(application), available = await kind.prepare();
  if (available.kind === "unavailable") return { ...available, name: kind.name };
  const start = (options: NodeOptions): Promise<ProveNode> => startReverb(options, application);
  return { kind: "ready", contender: contender(available.version, false, start) };
}

function contender(
  name: string,
  reports: boolean,
  start: (options: NodeOptions) => Promise<ProveNode>,
): ProveContender {
  // Neither has a lease: the time is what its nodes wait for each other's answers.
  return { name, leaseMs: 5000, holdMs: 0, canRecover: false, reports, without: WITHOUT, start };
}

async function startSoketi({ redisPort, webhookUrl }: NodeOptions): Promise<ProveNode> {
  const port = await freePort();
  const webhooks = [{
    url: webhookUrl,
    event_types: ["channel_occupied", "channel_vacated", "member_added", "member_removed"],
  }];
  const place = await soketiPlace({
    port,
    redis: redisPort,
    folder: temporaryDirectory(),
    application: { ...TEST_APPLICATION, enableUserAuthentication: true, webhooks },
  });
  return startChild({ ...place, port, path: "/" });
}

async function startReverb(
  { redisPort }: NodeOptions,
  application: string | undefined,
): Promise<ProveNode> {
  const port = await freePort(), { id, key, secret } = TEST_APPLICATION;
  const env = {
    REVERB_APP_ID: id,
    REVERB_APP_KEY: key,
    REVERB_APP_SECRET: secret,
    REVERB_SCALING_ENABLED: "true",
    REDIS_HOST: "127.0.0.1",
    REDIS_PORT: String(redisPort),
  };
  const command = reverbCommand(port);
  const place = application === undefined ? { cwd: newApplication(env) } : { cwd: resolve(application), env };
  return startChild({ command, ...place, port, path: "/up" });
}

/** The folder of an application with Composer's packages. */
function newApplication(env: Readonly<Record<string, string>>): string {
  const packages = fetchLaravel();
  if (typeof packages === "string") throw new Error(packages);
  return new LaravelApplication(packages, env).directory;
}
