import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  LOG_EVENTS,
  type LogEvent,
  type LogEventRow,
  type LogLevel,
} from "../../../src/monitoring/log-event.ts";
import { startServer } from "../../support/start-server.ts";
import { APPLICATION_ENV, runResound } from "../../support/run-resound.ts";
import { Peer } from "../../support/peer.ts";
import { scrape } from "../../support/scrape.ts";

/** A server in JSON that listens where a test can find it although it says little. */
const JSON_LOG = ["--log-format", "json"];

test("a whole life in JSON has only events of the list, at their levels", async () => {
  const files = { ".env": "REVERB_APP_ID=app-id\nREVERB_APP_KEY=app-key\nREVERB_APP_SECRET=app-secret\n" };
  await using server = await startServer({ args: [...JSON_LOG, "--log-level", "debug"], files });
  const client = await Peer.connect(server);
  await client.subscribe("private-x");
  // More than are logged one by one within ten seconds, also where these calls take three times as long.
  for (let call = 0; call < 40; call++) await fetch(`${server.url}/nothing`);
  writeFileSync(join(server.directory, ".env"), `${files[".env"]}REVERB_MAX_BACKLOG_BYTES=5000\n`);
  process.kill(server.pid, "SIGHUP");
  await server.output.waitFor('"event":"reloaded"');
  writeFileSync(join(server.directory, ".env"), "REVERB_APP_ID=app-id\nREVERB_SERVER_PORT=x\n");
  process.kill(server.pid, "SIGHUP");
  await server.output.waitFor('"event":"reload_refused"');
  await server.stop();
  const seen = new Set<string>();
  for (const line of server.output.lines) {
    const { event, level, message } = JSON.parse(line) as {
      event: LogEvent;
      level: LogLevel;
      message: string;
    };
    seen.add(event);
    expect((LOG_EVENTS[event] as LogEventRow | undefined)?.levels).toContain(level);
    expect(message).not.toContain("\n");
  }
  expect([...seen].sort()).toEqual([
    "configuration",
    "message",
    "refused",
    "refused_more",
    "reload_refused",
    "reloaded",
    "server_details",
    "server_started",
    "server_stopped",
    "server_stopping",
  ]);
});

test("--log-level warning leaves warnings and errors, and a reload changes it", async () => {
  const toml = (level: string): string => `[server]\nlog_level = "${level}"\nmetrics.port = 0\n`;
  await using server = await startServer({ args: JSON_LOG, files: { "resound.toml": toml("info") } });
  const details = await server.output.waitFor("Metrics: ");
  const url = /http:[^"]+/.exec(details)![0];
  writeFileSync(join(server.directory, "resound.toml"), toml("warning"));
  process.kill(server.pid, "SIGHUP");
  await server.output.waitFor("No application has changed");
  await fetch(`${server.url}/nothing`);
  expect((await scrape(url)).status).toBe(200);
  await server.stop();
  const events = server.output.lines.map((line) => (JSON.parse(line) as { event: string }).event);
  expect(events.slice(events.lastIndexOf("reloaded") + 1)).toEqual(["refused"]);
});

test("REVERB_LOG_LEVEL=error leaves a failure to start, and nothing else", async () => {
  await using first = await startServer();
  const run = (...more: string[]) =>
    runResound(["start", "--host", "127.0.0.1", "--port", String(first.port), ...more], {
      env: { ...APPLICATION_ENV, REVERB_LOG_LEVEL: "error" },
    });
  const { code, stdout, stderr } = await run();
  expect({ code, stdout, lines: stderr.length }).toEqual({ code: 1, stdout: [], lines: 1 });
  expect((await run("--log-level", "loud")).code).toBe(2);
});
