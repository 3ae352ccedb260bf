import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { connectPusher } from "../../support/client-libraries.ts";
import { EventLog } from "../../support/event-log.ts";
import { ApiClient } from "../../support/api-client.ts";
import { HAS_OPENSSL, makeCertificate, NO_OPENSSL } from "../../support/certificates.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { connect, socketPath } from "../../support/socket-client.ts";
import { type RunningServer, startServer, temporaryDirectory } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { type ProxyWishes, startCaddy, startHaproxy, startNginx } from "../../support/proxies.ts";
import type { RunningProxy } from "../../support/proxy-process.ts";

const hasNginx = Bun.which("nginx") !== null;
const hasCaddy = Bun.which("caddy") !== null;

const proxies = [
  ["nginx", skipWhen(!hasNginx, "nginx is not installed"), startNginx],
  ["HAProxy", skipWhen(Bun.which("haproxy") === null, "HAProxy is not installed"), startHaproxy],
  ["Caddy", skipWhen(!hasCaddy, "Caddy is not installed"), startCaddy],
] as const;

/** A client and Laravel, both through the proxy. */
async function exchange(proxy: RunningProxy, prefix: string): Promise<void> {
  using client = await connectPusher(proxy, { path: prefix });
  const channel = client.pusher.subscribe("news");
  const events = EventLog.of(channel);
  await events.nextOf("pusher:subscription_succeeded");
  const api = new ApiClient(proxy, TEST_APPLICATION, prefix);
  expect((await api.trigger("news", "published", { a: 1 })).status).toBe(200);
  expect(await events.nextOf("published")).toEqual({ a: 1 });
  expect((await api.get("/channels")).json()).toEqual({ channels: { news: {} } });
}

/** Nothing beside /app and /apps is passed on. */
async function expectNothingElse(proxy: RunningProxy, server: RunningServer): Promise<void> {
  for (const path of ["/", "/up", "/application", "/appsx", "/x/app/key"]) {
    expect((await fetch(proxy.url + path)).status).toBe(404);
  }
  expect(server.output.text()).not.toContain("Refused");
}

describe.each(proxies)("behind %s", (_name, missing, start) => {
  test.skipIf(missing).each(["", "/ws"])(
    "clients and Laravel get through, with the prefix %p",
    async (prefix) => {
      await using server = await startServer({ args: prefix === "" ? [] : ["--path", prefix] });
      await using proxy = await start({ upstream: server.port, prefix });
      await exchange(proxy, prefix);
      await expectNothingElse(proxy, server);
    },
  );

  test.skipIf(missing)("they get through to a Unix socket, and the log names the client", async () => {
    const socket = join(temporaryDirectory(), "resound.sock");
    await using server = await startServer({
      args: ["--host", `unix:${socket}`],
      env: { REVERB_TRUSTED_PROXIES: "unix" },
      startLine: /listening on (unix):/,
    });
    await using proxy = await start({ upstream: socket, prefix: "" });
    await exchange(proxy, "");
    await fetch(`${proxy.url}/apps/unknown/channels`);
    expect(await server.output.waitFor("/apps/unknown")).toContain("address=127.0.0.1)");
  });

  test.skipIf(missing)("a client behind a proxy of the proxy cannot pretend to be another one", async () => {
    await using server = await startServer({ env: { REVERB_TRUSTED_PROXIES: "127.0.0.1" } });
    await using proxy = await start({ upstream: server.port, prefix: "" });
    const forged = { headers: { "X-Forwarded-For": "192.0.2.1, unknown" } };
    await fetch(`${proxy.url}/apps/unknown/channels`, forged);
    expect(await server.output.waitFor("/apps/unknown")).toContain("address=127.0.0.1)");
  });

  test.skipIf(missing)("a refusal reaches the client as it was meant", async () => {
    await using server = await startServer({ env: { REVERB_APP_ALLOWED_ORIGINS: "good.example" } });
    await using proxy = await start({ upstream: server.port, prefix: "" });
    const client = await connect(proxy, { headers: { Origin: "https://evil.example" } });
    expect((await client.closed).code).toBe(4009);
    const large = await new ApiClient(proxy).trigger("news", "e", "x".repeat(1_100_000));
    expect(large.status).toBe(413);
    expect(large.text).toContain("REVERB_MAX_REQUEST_SIZE");
  });
});

describe.skipIf(skipWhen(!HAS_OPENSSL, NO_OPENSSL))("with a certificate of its own", () => {
  for (const [name, missing, start] of proxies) {
    test.skipIf(missing).each([["TCP"], ["a Unix socket"]])(
      `behind ${name} with its certificate, wss and https get through over %s`,
      async (way) => {
        const certificate = await makeCertificate({ hosts: ["ws.example.com"] });
        const socket = join(temporaryDirectory(), "resound.sock");
        await using server = await startServer(
          way === "TCP" ? {} : {
            args: ["--host", `unix:${socket}`],
            env: { REVERB_TRUSTED_PROXIES: "unix" },
            startLine: /listening on (unix):/,
          },
        );
        const wishes: ProxyWishes = {
          upstream: way === "TCP" ? server.port : socket,
          prefix: "",
          certificate,
        };
        await using proxy = await start(wishes);
        const tls = { rejectUnauthorized: false };
        const client = await connect(proxy, { tls, path: socketPath(TEST_APPLICATION.key) });
        await client.established();
        client.send({ event: "pusher:subscribe", data: { channel: "news" } });
        await client.nextEvent("pusher_internal:subscription_succeeded");
        const response = await fetch(`${proxy.url}/apps/unknown/channels`, { tls });
        expect(response.status).toBe(404);
        expect(await response.text()).toBe("No matching application for ID [unknown].");
        await client.close();
      },
    );
  }
});
