import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "../../support/api-client.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";
import { runResound } from "../../support/run-resound.ts";

interface Line {
  readonly time: string;
  readonly level: string;
  readonly event: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

function parse(line: string): Line {
  const value = JSON.parse(line) as Line;
  expect(value.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(value.level).toMatch(/^(debug|info|warning|error)$/);
  expect(value.event).toMatch(/^[a-z_]+$/);
  expect(value.message).toBeString();
  return value;
}

test("with --log-format json every line is an object with time, level, event and message", async () => {
  await using server = await startServer({
    args: ["--log-format", "json", "--debug"],
    env: { REVERB_APP_ID: undefined, REVERB_APP_KEY: undefined, REVERB_APP_SECRET: undefined },
  });
  await fetch(`${server.url}/nothing\u2028%0a"x"`);
  await expect(connect(server, { key: "unknown" }).then((client) => client.closed)).resolves
    .toMatchObject({ code: 4001 });
  await server.stop();
  const lines = server.output.lines.map(parse);
  const events = lines.map(({ event }) => event).filter((event) =>
    !["message", "refused", "server_details"].includes(event)
  );
  expect(events).toEqual(["server_started", "server_stopping", "server_stopped"]);
  expect(lines.find(({ event }) => event === "server_started")).toMatchObject({ port: server.port });
  expect(lines.filter(({ message }) => message === "")).toEqual([]);
  expect(server.output.stderr.map((line) => parse(line).level)).toEqual(["warning", "warning"]);
});

test("refusals and messages carry their parts as fields", async () => {
  await using server = await startServer({ args: ["--log-format", "json", "--debug"] });
  const client = await connect(server);
  const id = await client.established();
  client.send({ event: "pusher:subscribe", data: { channel: "private-x", auth: "" } });
  await client.nextEvent("pusher:subscription_error");
  await new ApiClient(server).get("/channels", {}, { key: "wrong" });
  await client.close();
  await server.stop();
  const lines = server.output.lines.map(parse);
  const of = (event: string): object[] =>
    lines.filter((line) => line.event === event).map(({ time: _, ...rest }) => rest);
  expect(of("refused")).toEqual([
    {
      level: "warning",
      event: "refused",
      message: 'Refused: the signature of the subscription does not match, channel "private-x"',
      reason: "subscription_unauthorized",
      application: "app-id",
      connection: id,
      address: "127.0.0.1",
    },
    {
      level: "warning",
      event: "refused",
      message:
        "Refused: GET /apps/app-id/channels answered 401: The auth_key is not that of application [app-id].",
      reason: "api_unauthorized",
      application: "app-id",
      address: "127.0.0.1",
    },
  ]);
  expect(of("message")).toContainEqual({
    level: "debug",
    event: "message",
    message: '{"event":"pusher:subscribe","data":{"channel":"private-x","auth":"…"}}',
    direction: "in",
    peer: id,
  });
});

test("a configuration that cannot be used is logged as objects too", async () => {
  const { code, stdout, stderr } = await runResound(["--log-format", "json"], {
    env: { APP_ENV: "production" },
  });
  expect({ code, stdout, lines: stderr.length }).toEqual({ code: 2, stdout: [], lines: 1 });
  expect(parse(stderr[0] ?? "")).toMatchObject({ level: "error", event: "configuration_invalid" });
});

test("REVERB_LOG_FORMAT=json is the same, in the environment also for a configuration that cannot be used", async () => {
  await using server = await startServer({ env: { REVERB_LOG_FORMAT: "json" } });
  await server.stop();
  expect(server.output.lines.map((line) => parse(line).event)).toContain("server_stopped");
  const { code, stderr } = await runResound([], {
    env: { REVERB_LOG_FORMAT: "json", REVERB_SERVER_PORT: "eighty" },
  });
  expect(code).toBe(2);
  expect(stderr.map((line) => parse(line).event)).toEqual(["configuration_invalid"]);
});

test("a .env may ask for objects, and the flag outranks it", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, ".env"), "REVERB_LOG_FORMAT=json\n");
  await using json = await startServer({ directory });
  await json.stop();
  expect(json.output.lines.map((line) => parse(line).event)).toContain("server_stopped");
  await using text = await startServer({ directory, args: ["--log-format", "text"] });
  expect(text.output.lines[0]).toStartWith("Resound ");
});
