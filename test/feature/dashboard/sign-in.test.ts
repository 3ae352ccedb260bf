import { describe, expect, test } from "bun:test";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { DashboardClient, startWithDashboard } from "../../support/dashboard-client.ts";
import { useDashboard } from "../../support/use-server.ts";

const server = useDashboard();

describe("signing in to the dashboard", () => {
  test("without a session there is a form, and no data", async () => {
    const client = new DashboardClient(server.dashboard);
    const page = await client.request("");
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('name="secret"');
    for (const what of ["stream", "channels", "connections", "members?channel=a", "session"]) {
      expect((await client.get(what)).status).toBe(401);
    }
    for (const what of ["events", "terminate", "renew", "sign-out"]) {
      expect((await client.post(what)).status).toBe(401);
    }
    expect((await client.get("unknown")).status).toBe(404);
    expect((await client.get("../dashboards")).status).toBe(404);
  });

  test("key and secret open a session, in a cookie that scripts and other sites cannot use", async () => {
    const client = new DashboardClient(server.dashboard);
    const answer = await client.signIn();
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/dashboard"]);
    expect(answer.headers.get("set-cookie")).toMatch(
      /^resound_dashboard=[\w.-]+; Path=\/dashboard; Max-Age=28800; HttpOnly; SameSite=Strict$/,
    );
    const page = await client.request("/");
    expect(await page.text()).toContain("Live events");
    expect((await client.get("session")).status).toBe(200);
    expect(await server.output.waitFor("A browser has signed in")).toContain(TEST_APPLICATION.id);
  });

  test("a wrong secret is refused, logged and never shown", async () => {
    const client = new DashboardClient(server.dashboard);
    const answer = await client.signIn(TEST_APPLICATION.key, "not-the-secret");
    expect(answer.status).toBe(401);
    expect(answer.headers.get("set-cookie")).toBeNull();
    const html = await answer.text();
    expect(html).toContain("The key and the secret are not those of an application.");
    expect(html).toContain(`value="${TEST_APPLICATION.key}"`);
    expect(html).not.toContain("not-the-secret");
    expect(await server.output.waitFor("a sign-in to the dashboard with a wrong secret")).toContain(
      "127.0.0.1",
    );
    expect((await client.signIn("<b>", "x")).status).toBe(401);
    await server.output.waitFor('with the key "<b>", which is no application');
    expect(server.output.text()).not.toContain("not-the-secret");
  });

  test("another site cannot sign a browser in", async () => {
    const client = new DashboardClient(server.dashboard);
    const { key, secret } = TEST_APPLICATION;
    for (
      const headers of [{ Origin: "https://evil.example" }, { "Sec-Fetch-Site": "cross-site" }, {
        Origin: "null",
      }]
    ) {
      const answer = await client.signIn(key, secret, headers);
      expect(answer.status).toBe(403);
      expect(answer.headers.get("set-cookie")).toBeNull();
    }
  });

  test("signing out ends the session and its stream", async () => {
    const client = new DashboardClient(server.dashboard);
    await client.signIn();
    const { cookie } = client;
    for await (const { event } of client.stream()) {
      if (event === "welcome") {
        const answer = await client.post("sign-out");
        expect(answer.headers.get("set-cookie")).toMatch(/^resound_dashboard=; Path=\/dashboard; Max-Age=0;/);
      }
      if (event === "expired") break;
    }
    client.cookie = cookie;
    expect((await client.get("session")).status).toBe(401);
  });

  test("a session that is used is renewed", async () => {
    const client = new DashboardClient(server.dashboard);
    await client.signIn();
    const answer = await client.post("renew");
    expect(answer.headers.get("set-cookie")).toMatch(
      /^resound_dashboard=[\w.-]+; Path=\/dashboard; Max-Age=28800; /,
    );
    client.cookie = answer.headers.get("set-cookie")!.split(";", 1)[0];
    expect((await client.get("session")).status).toBe(200);
    expect((await client.post("sign-out")).status).toBe(200);
  });

  test("changes are accepted from the session's own pages only", async () => {
    const client = new DashboardClient(server.dashboard), other = new DashboardClient(server.dashboard);
    await client.signIn();
    await other.signIn();
    const event = { name: "E", channel: "c", data: "{}" };
    expect((await client.post("events", event)).status).toBe(200);
    for (
      const headers of [
        { "X-Request-Token": "" },
        { "X-Request-Token": other.token! },
        { Origin: "https://evil.example" },
        { "Sec-Fetch-Site": "same-site" },
      ]
    ) {
      for (const what of ["events", "terminate", "renew", "sign-out"]) {
        expect((await client.post(what, event, headers)).status).toBe(403);
      }
    }
    expect((await client.get("session")).status).toBe(200);
  });
});

test("after too many failed attempts an address has to wait, also with the right secret", async () => {
  await using own = await startWithDashboard({
    env: { REVERB_TRUSTED_PROXIES: "127.0.0.1" },
  });
  const client = new DashboardClient(own.dashboard, { headers: { "X-Forwarded-For": "192.0.2.1" } });
  for (let attempt = 0; attempt < 10; attempt++) {
    expect((await client.signIn(TEST_APPLICATION.key, "wrong")).status).toBe(401);
  }
  const answer = await client.signIn();
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await answer.text()).toContain("Try again in 5 minutes.");
  const neighbour = new DashboardClient(own.dashboard, {
    headers: { "X-Forwarded-For": "192.0.2.2", "X-Forwarded-Proto": "https" },
  });
  const welcome = await neighbour.signIn();
  expect(welcome.status).toBe(303);
  // A trusted proxy says that the browser came by https.
  expect(welcome.headers.get("set-cookie")).toEndWith("; HttpOnly; SameSite=Strict; Secure");
});

test("only a trusted proxy can report that a browser came by https", async () => {
  const client = new DashboardClient(server.dashboard, { headers: { "X-Forwarded-Proto": "https" } });
  expect((await client.signIn()).headers.get("set-cookie")).not.toContain("Secure");
});
