import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HAS_OPENSSL, makeCertificate, NO_OPENSSL } from "../../../test/support/certificates.ts";
import { scratchFolder } from "../contenders/server-process.ts";
import type { Scenario } from "../scenario.ts";

const GROUP = 0;
const SUBSCRIBERS = 1000;
const AT_ONCE = 16;

let files: { readonly certificate: string; readonly key: string } | undefined;

/** The same with encryption. */
export const tls: Scenario = {
  name: "tls",
  title: "With TLS",
  measures: "What TLS adds to a delivery and to a connection.",
  about:
    `Fan-out of 100 B to ${
      SUBSCRIBERS.toLocaleString("en")
    } subscribers and the connection storm, as above, but everything ` +
    `encrypted by the server itself (a key on the curve P-256, no resumption of sessions). With one publish at a time each ` +
    `delivery is a TLS record and a system call of its own.`,
  needs: "tls",
  async measure(stage) {
    const contender = await stage.start({ tls: files ??= await certificateFiles() });
    const { target } = contender;
    const label = `connect, subscribe, close, ${AT_ONCE} at once`;
    stage.note(label);
    const storm = (milliseconds: number) =>
      stage.load.ask("storm", { target, atOnce: AT_ONCE, milliseconds, join: { channel: "storm" } });
    const lives = await stage.costWhenWarm(contender, storm, 2 * stage.pace.runFor);
    stage.add(
      {
        label,
        measure: "CPU a connection",
        unit: "µs",
        value: lives.serverSeconds / lives.connections * 1e6,
        loadShare: lives.loadShare,
      },
    );
    stage.note(`${SUBSCRIBERS} subscribers connect`);
    const bench = { channel: "bench" };
    await stage.load.ask("open", { target, group: GROUP, count: SUBSCRIBERS, atOnce: 50, join: bench });
    for (const atOnce of [1, 8]) {
      const label = `${SUBSCRIBERS.toLocaleString("en")} subscribers, ${atOnce} at once, 100 B`;
      stage.note(label);
      const publish = (milliseconds: number) =>
        stage.load.ask("publish", {
          target,
          publications: [{ ...bench, data: "x".repeat(100) }],
          atOnce,
          milliseconds,
          group: GROUP,
          deliveriesPerEvent: SUBSCRIBERS,
        });
      const { serverSeconds, deliveries, loadShare } = await stage.costWhenWarm(contender, publish);
      stage.add({
        label,
        measure: "CPU a delivery",
        unit: "µs",
        value: serverSeconds / deliveries * 1e6,
        loadShare,
      });
    }
  },
};

async function certificateFiles(): Promise<{ readonly certificate: string; readonly key: string }> {
  if (!HAS_OPENSSL) throw new Error(NO_OPENSSL);
  const made = await makeCertificate({ hosts: ["localhost"] });
  const folder = scratchFolder();
  const paths = { certificate: join(folder, "certificate.pem"), key: join(folder, "key.pem") };
  writeFileSync(paths.certificate, made.certificate);
  writeFileSync(paths.key, made.key);
  return paths;
}
