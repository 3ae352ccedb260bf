import { describe, expect, test } from "bun:test";
import { createServer, type Server } from "node:net";
import { DashboardClient, dashboardOf, startWithDashboard } from "../../support/dashboard-client.ts";
import { DISGUISED_HOSTS, disguisedTargets, plainTargets } from "../../support/disguised-targets.ts";
import { startCaddy, startHaproxy, startNginx } from "../../support/proxies.ts";
import { type RawAddress, RawSocket } from "../../support/raw-socket.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer } from "../../support/start-server.ts";

const proxies = [
  ["nginx", skipWhen(Bun.which("nginx") === null, "nginx is not installed"), startNginx],
  ["HAProxy", skipWhen(Bun.which("haproxy") === null, "HAProxy is not installed"), startHaproxy],
  ["Caddy", skipWhen(Bun.which("caddy") === null, "Caddy is not installed"), startCaddy],
] as const;

/** A server whose dashboard is on the clients' port, where only a rule for its path keeps clients from it. */
const ON_MAIN_PORT = { REVERB_DASHBOARD_ENABLED: "true", REVERB_DASHBOARD_ON_MAIN_PORT: "true" };
/** An address that no test comes from. */
const ELSEWHERE = "192.0.2.0/24";

/** What comes back until the connection ends, for a request whose line and Host are sent as they are. */
async function ask(address: RawAddress, target: string, host?: string): Promise<string> {
  const socket = await RawSocket.open(address);
  const name = host ?? authorityOf(address);
  socket.write(
    Buffer.from(`GET ${target} HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`, "latin1"),
  );
  await socket.ended;
  return socket.unread.toString("latin1");
}

function authorityOf({ host, port }: RawAddress): string {
  return `${host}:${port}`;
}

/** Whether an answer is the dashboard's own, be it a page or a refusal: each has its policy. */
function isOfDashboard(answer: string): boolean {
  return /^content-security-policy:/im.test(answer) || answer.includes("dashboard");
}

/** The targets and hosts that lead to the dashboard at an address. */
async function leadingThere(
  address: RawAddress,
  targets: readonly string[] = [
    ...disguisedTargets(authorityOf(address)),
    ...plainTargets(authorityOf(address)),
  ],
): Promise<string[]> {
  const found: string[] = [];
  for (const target of targets) if (isOfDashboard(await ask(address, target))) found.push(target);
  for (const host of DISGUISED_HOSTS) {
    if (isOfDashboard(await ask(address, "/apps/x", host))) found.push(`Host: ${host}`);
  }
  return found;
}

/** A server behind a proxy that keeps the targets which it is asked for, and answers all of them. */
class Recorder implements Disposable {
  readonly targets: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(): Promise<Recorder> {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (head) => {
        const [, target = ""] = /^\w+ (.*) HTTP\/1\.\d\r\n/.exec(head.toString("latin1")) ?? [];
        if (!target.startsWith("/up")) recorder.targets.push(target);
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
      });
    });
    const recorder = new Recorder(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return recorder;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  [Symbol.dispose](): void {
    this.#server.close();
  }
}

describe.each(proxies)("the packaged file of %s", (_name, missing, start) => {
  test.skipIf(missing)(
    "passes on nothing that the URL standard reads as a path beside /app and /apps",
    async () => {
      using recorder = await Recorder.listen();
      await using proxy = await start({ upstream: recorder.port, prefix: "" });
      const usual = [
        "/app/key?protocol=7&client=js",
        "/apps/1/events",
        "/apps/1/channels/private-a;b,c=d@e.f-g_h",
      ];
      for (const target of usual) expect(await ask(proxy, target)).toEndWith("ok");
      expect(recorder.targets.splice(0)).toEqual(usual);
      for (const target of disguisedTargets(authorityOf(proxy))) await ask(proxy, target);
      const paths = recorder.targets.map((target) => new URL(target, "http://x").pathname);
      expect(paths.filter((path) => !/^\/apps?\//.test(path))).toEqual([]);
    },
  );

  test.skipIf(missing)("shows nothing of a dashboard on the clients' port", async () => {
    await using server = await startServer({ env: ON_MAIN_PORT });
    await using proxy = await start({ upstream: server.port, prefix: "" });
    expect(await leadingThere(proxy)).toEqual([]);
  });

  test.skipIf(missing)("keeps other addresses from the dashboard, wherever it listens", async () => {
    await using main = await startServer({ env: ON_MAIN_PORT });
    await using own = await startWithDashboard();
    for (const [server, upstream] of [[main, main.port], [own, own.dashboard.port]] as const) {
      const dashboard = { upstream, allowed: ELSEWHERE };
      await using proxy = await start({ upstream: server.port, prefix: "", dashboard });
      expect(await leadingThere(proxy)).toEqual([]);
    }
  });

  test.skipIf(missing)("lets the allowed addresses use it", async () => {
    await using server = await startWithDashboard({ env: { REVERB_TRUSTED_PROXIES: "127.0.0.1" } });
    const dashboard = { upstream: (await dashboardOf(server)).port, allowed: "127.0.0.0/8" };
    await using proxy = await start({ upstream: server.port, prefix: "", dashboard });
    const client = new DashboardClient(proxy);
    expect((await client.signIn()).status).toBe(303);
    for await (const { event } of client.stream()) if (event === "sample") break;
    expect(await server.output.waitFor("A browser has signed in")).toContain("address=127.0.0.1");
  });
});

test("a dashboard on the clients' port answers only to targets that are written as its path is", async () => {
  await using server = await startServer({ env: ON_MAIN_PORT });
  expect((await fetch(`${server.url}/%64ashboard`)).status).toBe(404);
  await server.output.waitFor(
    "Refused: GET /%64ashboard answered 404: the target has escapes, dots or backslashes in it",
  );
  const plain = plainTargets(authorityOf(server));
  // A proxy that protects /dashboard and all below it has seen these as what they are.
  const below = ["/dashboard/.", "/dashboard/x/..", "/dashboard/../dashboard"];
  const found = await leadingThere(server);
  expect(found.filter((target) => !below.includes(target))).toEqual([...plain]);
});
