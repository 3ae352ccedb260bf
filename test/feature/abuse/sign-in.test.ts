import { describe, expect, test } from "bun:test";
import {
  DashboardClient,
  dashboardOf,
  startWithDashboard,
  WITH_DASHBOARD,
} from "../../support/dashboard-client.ts";
import { type RawAddress, RawSocket } from "../../support/raw-socket.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { noWorkers, startWorkers } from "../../support/worker-processes.ts";

/** Attempts of one address that are tried within five minutes. */
const TRIED = 10;

/** Sends the heads of many sign-ins with a wrong secret, then the bodies. Resolves with how many were answered with each status. */
async function lateBodies(dashboard: RawAddress, count: number): Promise<Readonly<Record<number, number>>> {
  const body = new URLSearchParams({ key: TEST_APPLICATION.key, secret: "wrong" }).toString();
  const sockets = await Promise.all(Array.from({ length: count }, () => RawSocket.open(dashboard)));
  const head = "POST /dashboard/sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n";
  for (const socket of sockets) socket.write(`${head}Content-Length: ${body.length}\r\n\r\n`);
  // An answer on another connection: until here the server has read the heads.
  await new DashboardClient({ url: `http://${dashboard.host}:${dashboard.port}` }).request("");
  for (const socket of sockets) socket.write(body);
  const statuses = await Promise.all(sockets.map(async (socket) => (await socket.readResponse()).status));
  for (const socket of sockets) socket.destroy();
  return Object.fromEntries(
    [...Map.groupBy(statuses, (status) => status)].map(([each, all]) => [each, all.length]),
  );
}

describe("sign-ins to the dashboard whose bodies come late", () => {
  test("are counted before their bodies are awaited", async () => {
    await using server = await startWithDashboard();
    expect(await lateBodies(server.dashboard, 200)).toEqual({ 401: TRIED, 429: 200 - TRIED });
    await server.output.waitFor("a sign-in to the dashboard too soon after failed ones");
  });

  test.skipIf(noWorkers)("are counted once for all workers", async () => {
    await using workers = await startWorkers({ env: WITH_DASHBOARD });
    const dashboard = await dashboardOf(workers.server);
    expect(await lateBodies(dashboard, 200)).toEqual({ 401: TRIED, 429: 200 - TRIED });
  });
});
