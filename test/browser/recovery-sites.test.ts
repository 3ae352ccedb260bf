import { afterAll, beforeAll, expect, test } from "bun:test";
import { HAS_OPENSSL, makeCertificate, NO_OPENSSL } from "../support/certificates.ts";
import { serverSdk } from "../support/client-libraries.ts";
import { CuttingRelay } from "../support/cutting-relay.ts";
import { startNginx } from "../support/proxies.ts";
import type { RunningProxy } from "../support/proxy-process.ts";
import { skipWhen } from "../support/skip-when.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";
import { BROWSERS } from "./browsers.ts";
import {
  CHANNELS,
  type Got,
  type Library,
  publish,
  servePages,
  untilReceived,
  untilSubscribed,
} from "./recovery-pages.ts";
import { LoopbackProxy } from "./loopback-proxy.ts";

const skipped = skipWhen(!HAS_OPENSSL, NO_OPENSSL) ||
  skipWhen(Bun.which("nginx") === null, "nginx is not installed");

/**
 * Where pages are, and where the server is, behind nginx and TLS. Browsers reach these names of this machine by themselves, but for
 * WebKitGTK, to which all of them are of different sites: it gets names that a proxy leads here.
 */
const HOSTS = {
  Chromium: { server: "ws.shop.localhost", sibling: "shop.localhost", foreign: "elsewhere.localhost" },
  Firefox: { server: "ws.shop.localhost", sibling: "shop.localhost", foreign: "elsewhere.localhost" },
  WebKitGTK: { server: "ws.example.com", sibling: "app.example.com", foreign: "app.example.org" },
} as const;

const SITES = [
  ["server", "pusher-js 8"],
  ["sibling", "Echo"],
  ["foreign", "pusher-js 7"],
] as const satisfies readonly (readonly [string, Library])[];

let server: RunningServer, proxy: RunningProxy, relay: CuttingRelay, pages: ReturnType<typeof servePages>;

beforeAll(async () => {
  if (skipped) return;
  const certificate = await makeCertificate({
    hosts: Object.values(HOSTS).flatMap((hosts) => Object.values(hosts)),
  });
  server = await startServer({
    env: { REVERB_APP_RECOVERY_ENABLED: "true", REVERB_MAX_REQUEST_SIZE: "100000" },
  });
  proxy = await startNginx({ upstream: server.port, prefix: "", certificate });
  relay = await CuttingRelay.open(() => proxy.port);
  pages = servePages(serverSdk(server), { port: relay.port, isSecure: true }, {
    cert: certificate.certificate,
    key: certificate.key,
  });
});

afterAll(async () => {
  if (skipped) return;
  pages.stop();
  await relay[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await server.stop();
});

for (const [browserIndex, { name, missing, open }] of BROWSERS.entries()) {
  test.skipIf(skipWhen(missing !== undefined, `recovery: ${missing}`) || skipped)(
    `${name} comes back by wss behind nginx to pages of the same host, of the same site and of another one`,
    async () => {
      using way = await LoopbackProxy.open();
      await using browser = await open(way.port);
      const sdk = serverSdk(server);
      for (const [index, [site, library]] of SITES.entries()) {
        const page = await browser.newPage(), hosts = HOSTS[name];
        const query = new URLSearchParams({ library, host: hosts.server });
        await page.goto(`https://${hosts[site]}:${pages.port}/page?${query}`);
        await untilSubscribed(page, 1);
        // What came to other pages is on the cache channel still.
        const first = 100 * browserIndex + 10 * index + 1;
        await publish(sdk, first);
        await untilReceived(page, first);
        await relay.cut("socket");
        await publish(sdk, first + 1);
        await publish(sdk, first + 2);
        await untilSubscribed(page, 2);
        await publish(sdk, first + 3);
        await untilReceived(page, first + 3);
        const got = await page.evaluate("got") as Got;
        // It blocks cookies of other sites, so that all is as without recovery.
        const isBlocked = name === "WebKitGTK" && site === "foreign",
          all = [0, 1, 2, 3].map((n) => first + n);
        for (const channel of CHANNELS) {
          const numbers = [...new Set(got[channel].filter((n) => n >= first))];
          if (isBlocked) expect(numbers).toEqual(expect.arrayContaining([first, first + 3]));
          else expect([site, channel, numbers]).toEqual([site, channel, all]);
        }
        expect(await page.evaluate("gaps")).toEqual([]);
      }
    },
  );
}
