import { describe, expect, test } from "bun:test";
import { openPusher } from "../../support/client-libraries.ts";
import { metricsUrlOf, scrape } from "../../support/scrape.ts";
import { serverTarget } from "../../support/server-target.ts";
import { connect } from "../../support/socket-client.ts";
import { useServer } from "../../support/use-server.ts";

/** Fewer than may wait at the same time (ten seconds' clients), and more than come within the rate on the busiest machine. */
const RATE = 8, CROWD = 75;
/** Clients that may come at once. */
const AT_ONCE = RATE / 4;

// The pace is above what the runtimes do differently.
describe.skipIf(serverTarget() !== "bun")("a crowd beyond welcome_rate", () => {
  const server = useServer({
    env: {
      REVERB_WELCOME_RATE: `${RATE}`,
      REVERB_TRUSTED_PROXIES: "127.0.0.1",
      REVERB_METRICS_PORT: "0",
    },
  });
  /** A client's first frame: whether it is the greeting. */
  const come = async (address: string): Promise<boolean> => {
    const client = await connect(server, { headers: { "X-Forwarded-For": address } });
    const frame = await client.next();
    if (frame.startsWith('{"event":"pusher:connection_established"')) return true;
    expect(frame).toBe(
      '{"event":"pusher:error","data":"{\\"code\\":4100,\\"message\\":\\"Over capacity\\"}"}',
    );
    expect((await client.closed).code).toBe(4100);
    return false;
  };

  test("is greeted at the rate, or gets 4100; another address is greeted, and pusher-js comes back", async () => {
    const startedAt = performance.now();
    const crowd = Array.from({ length: CROWD }, () => come("192.0.2.1"));
    // Two networks take turns, and a look greets two at least: so this one is greeted also by a server that stood still meanwhile.
    expect(await come("192.0.2.2")).toBe(true);
    using pusher = openPusher(server);
    const greeted = (await Promise.all(crowd)).filter(Boolean).length;
    const seconds = (performance.now() - startedAt) / 1000;
    expect(greeted).toBeGreaterThanOrEqual(AT_ONCE);
    expect(greeted).toBeLessThanOrEqual(AT_ONCE + RATE * seconds);
    const line = await server.output.waitFor("(reason=over_welcome_rate");
    expect(line).toContain(
      `Refused: more clients come than are greeted, ${RATE} a second (welcome_rate), and it has waited up to 1.5 s ` +
        "(reason=over_welcome_rate application=app-id connection=",
    );
    expect(line).toEndWith("address=192.0.2.1)");
    const refused = (await scrape(await metricsUrlOf(server)))
      .value("resound_refusals_total", { application: "app-id", reason: "over_welcome_rate" });
    expect(refused).toBeGreaterThanOrEqual(CROWD - greeted);
    await pusher.connection.nextOf("connected");
  });
});
