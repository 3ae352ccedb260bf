import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../support/redis-server.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { APPLICATION_ENV, runResound, withoutTime } from "../../support/run-resound.ts";

const elsewhere = skipWhen(process.platform !== "linux", "workers: this is no Linux");
const onDeno = serverTarget() === "deno";
const START = ["start", "--workers", "2", "--host", "127.0.0.1", "--port", "0"];
const SCALING = { ...APPLICATION_ENV, REVERB_SCALING_ENABLED: "true" };

/** The line with which a start of two workers was refused, and the exit code. */
async function refusal(
  env: Record<string, string>,
  args: readonly string[] = START,
): Promise<[number, string | undefined]> {
  const { code, stderr } = await runResound(args, { env });
  expect(stderr.length).toBe(1);
  return [code, withoutTime(stderr[0])];
}

test.skipIf(elsewhere || !onDeno)("on Deno workers are refused, with the reason", async () => {
  expect(await refusal(SCALING)).toEqual([
    2,
    "error   Cannot start 2 workers (--workers, REVERB_WORKERS): they share one port, and on Deno a port cannot be shared by " +
    "servers that stop one by one. Use the executable, or run this on Bun. Or leave workers at 1.",
  ]);
});

test.skipIf(elsewhere || onDeno).each([
  [
    "an address",
    { ...SCALING, REVERB_SERVER_HOST: "unix:/tmp/r.sock" },
    "a Unix socket belongs to one process",
  ],
  [
    "an address for the dashboard",
    { ...SCALING, REVERB_DASHBOARD_ENABLED: "true", REVERB_DASHBOARD_HOST: "unix:/tmp/d.sock" },
    "they share the dashboard's port, but the dashboard is to listen on unix:/tmp/d.sock, and a Unix socket belongs to one " +
    "process. Set REVERB_DASHBOARD_HOST to an address",
  ],
  [
    "an application",
    { REVERB_SCALING_ENABLED: "true" },
    "no application is configured, and each would make up another",
  ],
])("without %s workers are refused, with the way out", async (_, env, reason) => {
  const args = "REVERB_SERVER_HOST" in env ? START.slice(0, 3) : START;
  const [code, line] = await refusal(env, args);
  expect(line).toStartWith("error   Cannot start 2 workers (--workers, REVERB_WORKERS): ");
  expect(line).toContain(reason);
  expect(code).toBe(2);
});

test.skipIf(elsewhere || onDeno)("without a Redis that answers workers are refused", async () => {
  const [code, line] = await refusal({ ...SCALING, REDIS_HOST: "127.0.0.1", REDIS_PORT: "1" });
  expect(line).toStartWith(
    "error   Cannot start 2 workers: they exchange events through Redis, and Redis at 127.0.0.1:1 cannot be used (",
  );
  expect(code).toBe(1);
});

test.skipIf(elsewhere || onDeno || skipWhen(!HAS_REDIS, NO_REDIS))(
  "a port that another program has is refused, the dashboard's as well, before any worker is started",
  async () => {
    await using redis = await startRedis();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const args = ["start", "--workers", "2", "--host", "127.0.0.1", "--port", String(port)];
    expect(await refusal({ ...SCALING, ...redis.env }, args)).toEqual([
      1,
      `error   Cannot listen on 127.0.0.1:${port}: the port is taken. Stop what listens there, ` +
      "or choose another port with --port or REVERB_SERVER_PORT.",
    ]);
    const dashboard = { REVERB_DASHBOARD_ENABLED: "true", REVERB_DASHBOARD_PORT: String(port) };
    expect(await refusal({ ...SCALING, ...redis.env, ...dashboard })).toEqual([
      1,
      `error   Cannot listen for the dashboard on 127.0.0.1:${port}: the port is taken. Stop what listens there, ` +
      "or choose another port with --dashboard-port or REVERB_DASHBOARD_PORT.",
    ]);
    other.close();
  },
);

test("a worker cannot be started by hand", async () => {
  const { code, stderr } = await runResound(["start", "--worker", "1"]);
  expect(stderr.map(withoutTime)).toEqual([
    "error   worker 1: --worker is for processes that a parent starts: use --workers",
  ]);
  expect(code).toBe(2);
});

test.each([["0"], ["-1"], ["257"], ["many"]])("%s is no number of workers", async (number) => {
  const { code, stderr } = await runResound(["start", `--workers=${number}`]);
  expect(stderr.map(withoutTime)).toEqual([
    `error   --workers: expected auto or a whole number from 1 to 256, got "${number}"`,
  ]);
  expect(code).toBe(2);
});
