import { expect, test } from "bun:test";
import type { ApplicationConfig } from "../../../../src/config/config.ts";
import { applicationConfig, recoveryConfig } from "../../../support/fake-hub.ts";
import { RecoveringHub, RecoveringPage } from "../../../support/recovering-page.ts";

/** A hub whose application has other settings beside recovery. */
function hubWith(replaced: Partial<ApplicationConfig>): RecoveringHub {
  const hub = new RecoveringHub(), recovery = recoveryConfig({ enabled: true });
  hub.fake.hub.application.replaceSettings(applicationConfig({ recovery, ...replaced }));
  return hub;
}

test("a handshake that is going to be refused is known before its answer", () => {
  const { fake } = hubWith({ allowedOrigins: ["a.example"], maxConnections: 1 });
  const recovery = fake.hub.recovery!;
  expect(recovery.willRefuse("https://a.example")).toBe(false);
  expect(recovery.willRefuse("https://evil.example")).toBe(true);
  fake.connect();
  expect(recovery.willRefuse("https://a.example")).toBe(true);
});

test("the name of a handshake that was refused later is no reason for a gap", () => {
  const hub = new RecoveringHub(), jar = new Set<string>(), recovery = hub.fake.hub.recovery!;
  const naming = recovery.jars.name(null, null, true);
  jar.add(naming.name);
  recovery.refused(naming);
  const page = new RecoveringPage(hub, ["news"], { jar });
  page.connect();
  hub.publish("news");
  page.read();
  expect(page.received.get("news")).toEqual([1]);
});

test("names that a client has made up are not kept, and a gap because of them is announced again", () => {
  const hub = new RecoveringHub({ maxBytes: 200_000 }), recovery = hub.fake.hub.recovery!;
  const [, tag] = recovery.jars.name(null, null, true).name.split("-");
  const before = recovery.bytes;
  for (let round = 0; round < 100; round++) {
    const jar = new Set(
      Array.from({ length: 32 }, (_, index) => `resound-${tag}-${round}-${String(index).padStart(16, "x")}`),
    );
    const page = new RecoveringPage(hub, ["news"], { jar });
    page.connect();
    page.end();
    page.connect();
    page.read();
    expect(page.received.get("news")).toEqual(["gap"]);
    page.end(1001);
  }
  // A log, and 160 bytes for each connection whose page has gone.
  expect(recovery.bytes - before).toBeLessThanOrEqual(1_000 + 100 * 160);
});
