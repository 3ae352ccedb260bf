import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { succeeded } from "../../support/frames.ts";
import { startCaddy, startHaproxy, startNginx } from "../../support/proxies.ts";
import { ReturningPeer } from "../../support/returning-peer.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { useServer } from "../../support/use-server.ts";

const isOther = serverTarget() !== "bun";
const missing = (command: string, name: string): boolean =>
  isOther || skipWhen(Bun.which(command) === null, `${name} is not installed`);
const server = useServer({ env: { REVERB_APP_RECOVERY_ENABLED: "true" } });

test.each(
  [
    ["nginx", missing("nginx", "nginx"), startNginx],
    ["HAProxy", missing("haproxy", "HAProxy"), startHaproxy],
    ["Caddy", missing("caddy", "Caddy"), startCaddy],
  ] as const,
)(
  "%s passes pings, their answers and the cookie on, so that a client is recovered",
  async (name, skipped, start) => {
    if (skipped) return;
    await using proxy = await start({ upstream: server.port, prefix: "" });
    const api = new ApiClient(server), channel = `news-${name}`;
    const event = (number: number): string => `{"event":"n","data":"${number}","channel":"${channel}"}`;
    using first = await ReturningPeer.connect(proxy);
    expect(first.setCookies[0]).toMatch(/^resound-[^;]+; Path=\/app\/app-key; SameSite=Lax$/);
    await first.subscribed(channel);
    await api.post("/events", { name: "n", channels: [channel], data: "1" });
    expect(await first.next()).toBe(event(1));
    await first.acknowledge();
    await first.roundTrip();
    first.cut();
    await api.post("/events", { name: "n", channels: [channel], data: "2" });
    using second = await ReturningPeer.connect(proxy, { jar: first.jar });
    second.subscribe(channel);
    expect(await second.take(2)).toEqual([succeeded(channel), event(2)]);
  },
);
