import { describe, expect, test } from "bun:test";
import { hostname } from "node:os";
import { DashboardClient, dashboardOf, startWithDashboard } from "../../support/dashboard-client.ts";
import { requestHead } from "../../support/raw-call.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { APPLICATION_ENV, runResound, withoutTime } from "../../support/run-resound.ts";
import { scrape, startWatched } from "../../support/scrape.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { type RunningServer, startServer, temporaryDirectory } from "../../support/start-server.ts";
import { useDashboard } from "../../support/use-server.ts";

/** What the page for the sign-in alone has. */
const SIGN_IN = 'name="secret"';

describe("the dashboard's own port", () => {
  const server = useDashboard({ env: { REVERB_HOST: "ws.example.com" } });

  test("it is on 127.0.0.1, and the clients' port has nothing of it", async () => {
    expect(server.dashboard.host).toBe("127.0.0.1");
    expect(await (await new DashboardClient(server.dashboard).request("")).text()).toContain(SIGN_IN);
    for (const path of ["", "/", "/sign-in", "/stream"]) {
      const answer = await new DashboardClient(server).request(path);
      expect([answer.status, await answer.text()]).toEqual([404, "Not found."]);
    }
  });

  test("the root leads to the page, and nothing of the API is there", async () => {
    const { url } = server.dashboard;
    const root = await fetch(`${url}/`, { redirect: "manual" });
    expect([root.status, root.headers.get("location")]).toEqual([302, "/dashboard"]);
    for (const path of ["/up", "/app/app-key", "/apps/app-id/channels", "/metrics"]) {
      expect((await fetch(url + path)).status).toBe(404);
    }
  });

  test("only requests for its own host names are answered", async () => {
    const ask = async (host: string): Promise<{ status: number; text: string }> => {
      const socket = await RawSocket.open(server.dashboard);
      const { status, body } = await socket.request(`GET /dashboard HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      socket.end();
      return { status, text: body.toString() };
    };
    for (const host of ["127.0.0.1:8081", "localhost:8081", "10.1.2.3", "ws.example.com", hostname()]) {
      expect([host, (await ask(host)).status]).toEqual([host, 200]);
    }
    const { status, text } = await ask("evil.example");
    expect(status).toBe(421);
    expect(text).toContain('This port of the dashboard is not for the host "evil.example"');
    expect(text).toContain("dashboard.allowed_hosts (REVERB_DASHBOARD_ALLOWED_HOSTS)");
    await server.output.waitFor(
      /Refused: a request to the port of the dashboard .*\(reason=host_not_allowed/,
    );
  });
});

test("the setting puts it on the clients' port, below the path", async () => {
  await using server = await startServer({
    env: {
      REVERB_DASHBOARD_ENABLED: "true",
      REVERB_DASHBOARD_ON_MAIN_PORT: "true",
      REVERB_SERVER_PATH: "/ws",
    },
  });
  await server.output.waitFor(`Dashboard: ${server.url}/ws/dashboard`);
  const client = new DashboardClient(server, { prefix: "/ws" });
  expect((await client.signIn()).status).toBe(303);
  expect((await client.get("session")).status).toBe(200);
});

test("a path with letters that URLs escape works on the clients' port", async () => {
  const env = {
    REVERB_DASHBOARD_ENABLED: "true",
    REVERB_DASHBOARD_ON_MAIN_PORT: "true",
    REVERB_SERVER_PATH: "/ö",
  };
  await using server = await startServer({ env });
  expect((await new DashboardClient(server, { prefix: "/ö" }).request("")).status).toBe(200);
});

test.skipIf(skipWhen(process.platform === "win32", "Unix sockets: this is Windows"))(
  "it can be on a Unix socket of its own, for which the proxy decides the host name",
  async () => {
    const path = `${temporaryDirectory()}/dashboard.sock`;
    await using server = await startServer({
      env: {
        REVERB_DASHBOARD_ENABLED: "true",
        REVERB_DASHBOARD_HOST: `unix:${path}`,
        REVERB_DASHBOARD_ALLOWED_ADDRESSES: "unix",
      },
    });
    await server.output.waitFor(`Dashboard: unix:${path}, at /dashboard`);
    const answer = await fetch("http://any.example/dashboard", { unix: path });
    expect([answer.status, (await answer.text()).includes(SIGN_IN)]).toEqual([200, true]);
  },
);

describe("the addresses that may use it", () => {
  const ask = async (where: { readonly url: string }, forwardedFor?: string): Promise<Response> =>
    await new DashboardClient(where, {
      headers: forwardedFor === undefined ? {} : { "X-Forwarded-For": forwardedFor },
    }).request("");

  test("are those that trusted proxies report, and refusals are logged and counted", async () => {
    await using watched = await startWatched({
      env: {
        REVERB_DASHBOARD_ENABLED: "true",
        REVERB_DASHBOARD_PORT: "0",
        REVERB_TRUSTED_PROXIES: "127.0.0.1",
        REVERB_DASHBOARD_ALLOWED_ADDRESSES: "192.0.2.0/24,2001:db8::/32",
      },
    });
    const { server, metricsUrl } = watched, dashboard = await dashboardOf(server);
    expect((await ask(dashboard, "192.0.2.7")).status).toBe(200);
    expect((await ask(dashboard, "192.0.2.7, 2001:db8::1")).status).toBe(200);
    for (const address of ["198.51.100.1", "192.0.2.7, 198.51.100.1", "unix", "192.0.2.7, x"]) {
      expect([address, (await ask(dashboard, address)).status]).toEqual([address, 403]);
    }
    const refused = await ask(dashboard, "198.51.100.1");
    expect(await refused.text()).toBe(
      "The dashboard is not for the address 198.51.100.1. The operator can add it to " +
        "dashboard.allowed_addresses (REVERB_DASHBOARD_ALLOWED_ADDRESSES).\n",
    );
    expect(refused.headers.get("content-security-policy")).toContain("default-src 'none'");
    await server.output.waitFor(/address that dashboard.allowed_addresses .*address=198\.51\.100\.1/);
    const { value } = await scrape(metricsUrl);
    expect(value("resound_refusals_total", { application: "", reason: "address_not_allowed" })).toBe(5);
    expect(value("resound_http_request_duration_seconds_count", { route: "/dashboard", status: "403" }))
      .toBe(5);
  });

  test("hold on the clients' port as well, and a reload changes them", async () => {
    const config = (addresses: string): string =>
      `[server.dashboard]\nenabled = true\non_main_port = true\nallowed_addresses = [${addresses}]\n` +
      '[[apps]]\napp_id = "a"\nkey = "k"\nsecret = "s"\n';
    await using server = await startServer({ files: { "resound.toml": config('"192.0.2.1"') } });
    // Without trusted proxies the header counts nothing.
    expect((await ask(server, "192.0.2.1")).status).toBe(403);
    await Bun.write(`${server.directory}/resound.toml`, config('"127.0.0.0/8"'));
    process.kill(server.pid, "SIGHUP");
    await server.output.waitFor("was read again");
    expect((await ask(server)).status).toBe(200);
  });
});

test("a taken port ends the start with 1 and the ways out", async () => {
  await using first = await startWithDashboard();
  const { port } = first.dashboard;
  const { code, stderr } = await runResound(["start", "--host", "127.0.0.1", "--port", "0"], {
    env: { ...APPLICATION_ENV, REVERB_DASHBOARD_ENABLED: "true", REVERB_DASHBOARD_PORT: String(port) },
  });
  expect({ code, stderr: stderr.map(withoutTime) }).toEqual({
    code: 1,
    stderr: [
      `error   Cannot listen for the dashboard on 127.0.0.1:${port}: the port is taken. Stop what listens there, ` +
      "or choose another port with --dashboard-port or REVERB_DASHBOARD_PORT.",
    ],
  });
});

test.skipIf(
  skipWhen(
    process.platform !== "linux" || serverTarget() === "deno",
    "a shared port: this runtime or system has none",
  ),
)(
  "with reuse_port the next server has the dashboard's port before the old one stops",
  async () => {
    const args = ["--reuse-port"];
    await using first = await startWithDashboard({ args });
    const { port } = first.dashboard, at = { REVERB_DASHBOARD_PORT: String(port) };
    await using second = await startWithDashboard({ args, env: at });
    expect(second.dashboard.port).toBe(port);
    await first.stop();
    expect((await new DashboardClient(second.dashboard).request("")).status).toBe(200);
  },
);

/** By which a server says that it has taken a request, and that its body may come. */
const TAKEN = "HTTP/1.1 100 Continue";

test("a server that stops takes no new page, and answers what it has taken", async () => {
  const server: RunningServer = await startWithDashboard({ env: { REVERB_DRAIN_SECONDS: "0" } });
  const dashboard = await dashboardOf(server), client = new DashboardClient(dashboard);
  // A call of the API that has not come whole keeps the server in its stop, so that there is time to ask once more.
  const running = await RawSocket.open(server);
  const call = { method: "POST", path: "/events", body: '{"name":"e","data":"x","channel":"a"}' };
  const headers = { "Content-Length": String(call.body.length), Expect: "100-continue" };
  expect((await running.request(requestHead(call, headers))).statusLine).toBe(TAKEN);
  await client.signIn();
  const socket = await RawSocket.open(dashboard);
  const form = "POST /dashboard/sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n" +
    "Content-Length: 9\r\nExpect: 100-continue\r\n\r\n";
  expect((await socket.request(form)).statusLine).toBe(TAKEN);
  socket.write("key=");
  let stopped: Promise<number> | undefined;
  for await (const { event } of client.stream()) if (event === "welcome") stopped = server.stop();
  // Deno cannot stop listening without ending what it answers, so it turns new callers away.
  const late = await client.get("session").then(({ status }) => status, () => undefined);
  expect(late).toBe(serverTarget() === "deno" ? 503 : undefined);
  expect((await running.request(call.body)).status).toBe(200);
  socket.write("x&s=y");
  expect((await socket.readResponse()).status).toBe(401);
  expect(await stopped).toBe(0);
  running.end();
});
