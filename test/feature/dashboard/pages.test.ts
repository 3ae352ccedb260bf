import { expect, test } from "bun:test";
import { startServer } from "../../support/start-server.ts";
import { DashboardClient, dashboardOf, startWithDashboard } from "../../support/dashboard-client.ts";
import { useDashboard } from "../../support/use-server.ts";

const server = useDashboard();

test("every answer forbids what the page does not need, and answers with data are not cached", async () => {
  const client = new DashboardClient(server.dashboard);
  await client.signIn();
  const answers = [
    await client.request(""),
    await client.get("channels"),
    await client.get("members?channel=none"),
    await client.post("events", {}),
    await client.get("nothing"),
    await client.request("", { method: "PUT" }),
    await client.request("/sign-in", { method: "POST", body: "x".repeat(5000) }),
  ];
  for (const { headers } of answers) {
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
  }
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 422, 404, 404, 403]);
});

test("the page's files come from the server itself, under names with a hash that browsers may cache", async () => {
  const client = new DashboardClient(server.dashboard);
  const html = await (await client.request("")).text();
  const files = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url!);
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) {
    expect(file).toMatch(/^\/dashboard\/assets\/[a-z]+\.[0-9a-f]{12}\.(js|css|svg)$/);
    const answer = await fetch(server.dashboard.url + file);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(answer.headers.get("content-type")).toMatch(
      /^(text\/javascript; charset=utf-8|text\/css; charset=utf-8|image\/svg\+xml)$/,
    );
    // No external resource, also not from the bundle.
    expect((await answer.text()).replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(
      /(src|href|url\()\W{0,3}https?:/,
    );
  }
  expect((await fetch(`${server.dashboard.url}/dashboard/assets/theme.js`)).status).toBe(404);
});

test("the dashboard is below the path prefix", async () => {
  await using prefixed = await startWithDashboard({ env: { REVERB_SERVER_PATH: "/ws" } });
  const client = new DashboardClient(prefixed.dashboard, { prefix: "/ws" });
  const answer = await client.signIn();
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/ws/dashboard"]);
  expect(answer.headers.get("set-cookie")).toContain("; Path=/ws/dashboard;");
  const html = await (await client.request("")).text();
  expect(html).toContain('data-path="/ws/dashboard"');
  expect(html).toContain('src="/ws/dashboard/assets/');
  expect((await client.get("channels")).status).toBe(200);
  expect((await new DashboardClient(prefixed.dashboard).request("")).status).toBe(404);
});

test("there is no dashboard unless it is turned on", async () => {
  await using plain = await startServer();
  for (const path of ["", "/", "/sign-in", "/stream", "/assets/x"]) {
    const answer = await new DashboardClient(plain).request(path);
    expect([answer.status, await answer.text()]).toEqual([404, "Not found."]);
  }
  await using asked = await startServer({ args: ["--dashboard", "--dashboard-port", "0"] });
  expect((await new DashboardClient(await dashboardOf(asked)).request("")).status).toBe(200);
});
