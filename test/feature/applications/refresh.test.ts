import { afterAll, expect, test } from "bun:test";
import { once } from "node:events";
import { connect as connectSocket } from "node:net";
import { findServers } from "../../../src/process/registry/find-servers.ts";
import { runtimePlaces } from "../../../src/process/registry/runtime-places.ts";
import { refreshLine } from "../../../src/process/watch/refresh-request.ts";
import { findWatchSockets } from "../../../src/process/watch/watch-places.ts";
import { ApplicationAddress } from "../../support/application-address.ts";
import { startCluster } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { Peer } from "../../support/peer.ts";
import { runResound } from "../../support/run-resound.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { connect } from "../../support/socket-client.ts";
import { type RunningServer, startServer } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { clientsEverywhere, noWorkersAtAll, startBridgedWorkers } from "../../support/worker-processes.ts";

const address = new ApplicationAddress();
// Without a push nothing would change during a test.
address.cacheControl = "max-age=3600";
afterAll(() => address[Symbol.asyncDispose]());
const env = { ...address.env, REVERB_APPS_WAIT_SECONDS: "20", REVERB_APPS_ABSENT_SECONDS: "3600" };
const oneNode = skipWhen(
  serverTarget() === "deno",
  "the same on every runtime: a cluster, and several workers",
);

function refresh({ directory }: RunningServer, ...ids: readonly string[]): ReturnType<typeof runResound> {
  return runResound(["apps:refresh", "--laravel", directory, ...ids]);
}

/** Resolves when messages of a peer are limited to 100 bytes, which closes it. */
async function limited(peer: Peer): Promise<void> {
  let isOver = false;
  void peer.closed.then(() => isOver = true);
  await eventually(() => {
    if (!isOver) peer.send("x".repeat(101));
    return isOver;
  });
  expect((await peer.closed).code).toBe(1009);
}

test("a push has one application or all of them looked up again, those that did not exist too", async () => {
  await using server = await startServer({ env });
  const one = address.add("one"), two = address.add("two");
  await using first = await Peer.connect(server, { application: one });
  await using second = await Peer.connect(server, { application: two });
  await using early = await connect(server, { key: "key-late" });
  expect((await early.closed).code).toBe(4001);
  for (const id of ["one", "two"]) address.add(id, { activity_timeout: 9 });
  address.add("late");

  expect(await refresh(server, "one")).toMatchObject({
    code: 0,
    stdout: [`The server ${server.pid} at ${server.url} looks up again application one`],
  });
  const timeoutOf = async (key: string): Promise<string> => {
    await using client = await connect(server, { key });
    return /activity_timeout\\":(\d+)/.exec(await client.next())?.[1] ?? "";
  };
  await eventually(() => timeoutOf("key-one"), (seconds) => seconds === "9");
  expect(await timeoutOf("key-two")).toBe("30");
  await using late = await connect(server, { key: "key-late" });
  await late.established();

  expect((await refresh(server)).code).toBe(0);
  await eventually(() => timeoutOf("key-two"), (seconds) => seconds === "9");
  await first.expectSilence();
  await second.expectSilence();
  expect(await server.stop()).toBe(0);
});

test("a server whose applications are configured says that a reload is meant", async () => {
  await using server = await startServer();
  expect(await refresh(server)).toMatchObject({
    code: 1,
    stderr: [expect.stringContaining("`resound reload` has it read that again")],
  });
  expect(await server.stop()).toBe(0);
});

test.skipIf(oneNode)("a push to one node reaches all nodes of a cluster", async () => {
  const application = address.add("clustered");
  await using cluster = await startCluster({ nodes: 2, env });
  const [here, there] = [cluster.node(0), cluster.node(1)];
  await using peer = await Peer.connect(there, { application });
  address.add("clustered", { max_message_size: 100 });
  expect((await refresh(here, "clustered")).code).toBe(0);
  await limited(peer);
});

test.skipIf(oneNode || noWorkersAtAll)(
  "a push to one worker reaches the others, over the bridge too",
  async () => {
    const { id, key, secret } = TEST_APPLICATION;
    address.add(id, { key, secret });
    await using workers = await startBridgedWorkers({ env });
    const clients = await clientsEverywhere(workers);
    address.add(id, { key, secret, max_message_size: 100 });
    const { running: [found] } = findServers(runtimePlaces(workers.server.directory));
    const [path, ...others] = findWatchSockets(found!);
    expect(others).toHaveLength(1);
    const socket = connectSocket(path!);
    socket.resume().write(refreshLine(id));
    await once(socket, "close");
    for (const client of clients) await limited(client);
  },
);
