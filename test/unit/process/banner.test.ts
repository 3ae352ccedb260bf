import { expect, test } from "bun:test";
import { bannerLines } from "../../../src/process/banner.ts";
import type { Config } from "../../../src/config/config.ts";
import { applicationConfig } from "../../support/fake-hub.ts";

function newConfig(replaced: Partial<Config> = {}, host = "0.0.0.0", path = ""): Config {
  return {
    server: { host, path } as Config["server"],
    provider: { kind: "config" },
    applications: [applicationConfig()],
    files: [],
    warnings: [],
    development: false,
    restartSignal: { kind: "none" },
    pulse: { kind: "off" },
    ...replaced,
  };
}

test("the banner says where, for whom and from which files, and no secret", () => {
  const files = [".env", "config/reverb.php"];
  const applications = [applicationConfig(), applicationConfig({ id: "other" })];
  const lines = bannerLines(
    newConfig({ files, applications }, "::1", "/ws"),
    { port: 8080 },
    "1.0.0",
    "Bun 1",
  );
  expect(lines).toEqual([
    "Resound 1.0.0 on Bun 1 is listening on http://[::1]:8080/ws",
    "Serving 2 applications: app-id, other",
    "Configured by .env, config/reverb.php",
  ]);
  expect(bannerLines(newConfig(), { port: 1 }, "1", "Bun").join("\n")).not.toContain("app-secret");
});

test("it says where the dashboard has a port of its own", () => {
  const lines = (dashboardHost: string): string[] => {
    const server = {
      host: "0.0.0.0",
      path: "/ws",
      dashboardEnabled: true,
      dashboardHost,
    } as Config["server"];
    return bannerLines({ ...newConfig(), server }, { port: 8080, dashboardPort: 8081 }, "1", "Bun");
  };
  expect(lines("::1")).toContain("Dashboard: http://[::1]:8081/ws/dashboard");
  expect(lines("unix:/run/d.sock")).toContain("Dashboard: unix:/run/d.sock, at /ws/dashboard");
});

test("it says where the dashboard is on the clients' port, when there is one", () => {
  const withDashboard = (host: string): Config => ({
    ...newConfig(),
    server: { host, path: "/ws", dashboardEnabled: true } as Config["server"],
  });
  const lines = (host: string): string[] => bannerLines(withDashboard(host), { port: 8080 }, "1", "Bun");
  expect(lines("127.0.0.1")).toContain("Dashboard: http://127.0.0.1:8080/ws/dashboard");
  expect(lines("unix:/run/resound.sock")).toContain("Dashboard: /ws/dashboard");
  expect(bannerLines(newConfig(), { port: 8080 }, "1", "Bun").join("\n")).not.toContain("ashboard");
});

test("it says in one line where webhooks go, without their secrets", () => {
  const webhook = (url: string) => ({
    url,
    events: ["member_added"] as const,
    headers: { "X-Token": "secret" },
    filter: { prefix: "", suffix: "" },
  });
  const lineOf = (...applications: Config["applications"]): string | undefined =>
    bannerLines(newConfig({ applications }), { port: 1 }, "1", "Bun").find((line) =>
      line.startsWith("Webhooks")
    );
  const shop = webhook("https://user:secret@shop.example/hooks?token=secret");
  expect(lineOf(applicationConfig())).toBeUndefined();
  // Two entries with one URL differ in their filters.
  expect(lineOf(applicationConfig({ webhooks: [shop, shop] })))
    .toBe("Webhooks go to https://••••@shop.example/hooks?••••");
  const many = ["a", "b", "c", "d"].map((host) => webhook(`https://${host}.example/`));
  expect(lineOf(applicationConfig({ webhooks: many }), applicationConfig({ id: "other", webhooks: [shop] })))
    .toBe(
      "Webhooks go to https://a.example/ (application app-id), https://b.example/ (application app-id), " +
        "https://c.example/ (application app-id) and 2 more URLs",
    );
});

test("of the made-up application it says everything that the front end and the back end need", () => {
  const lines = bannerLines(newConfig({ development: true }), { port: 9000 }, "1.0.0", "Bun 1").map((line) =>
    line.trim()
  );
  expect(lines).toEqual(expect.arrayContaining([
    "REVERB_APP_ID=app-id",
    "REVERB_APP_KEY=app-key",
    "REVERB_APP_SECRET=app-secret",
    "REVERB_PORT=9000",
    'VITE_REVERB_APP_KEY="${REVERB_APP_KEY}"',
  ]));
});

test("with a certificate it says where browsers go, and the made-up application's lines say https", () => {
  const tls = { settings: {}, line: "Certificate: /c.pem" };
  const config = newConfig({
    development: true,
    server: { host: "::", path: "", hostname: "a.test" } as Config["server"],
  });
  const lines = bannerLines(config, { port: 8080 }, "1.0.0", "Bun 1", tls).map((line) => line.trim());
  expect(lines[0]).toEndWith(" is listening on https://[::]:8080");
  expect(lines).toContain("Secure: wss://a.test:8080. Certificate: /c.pem");
  expect(lines).toEqual(expect.arrayContaining(["REVERB_HOST=a.test", "REVERB_SCHEME=https"]));
});

test("without one it says what the search for one has found", () => {
  const tls = { settings: undefined, line: "Without TLS, as behind a proxy" };
  const lines = bannerLines(newConfig(), { port: 8080 }, "1.0.0", "Bun 1", tls);
  expect(lines[0]).toEndWith("http://0.0.0.0:8080");
  expect(lines).toContain("Without TLS, as behind a proxy");
});
