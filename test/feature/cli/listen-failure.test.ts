import { expect, test } from "bun:test";
import { startServer } from "../../support/start-server.ts";
import { APPLICATION_ENV, runResound, withoutTime } from "../../support/run-resound.ts";

test("a taken port ends the start with 1, the port and the ways out", async () => {
  await using first = await startServer();
  const args = ["start", "--host", "127.0.0.1", "--port", String(first.port)];
  const { code, stdout, stderr } = await runResound(args, { env: APPLICATION_ENV });
  expect({ code, stdout, stderr: stderr.map(withoutTime) }).toEqual({
    code: 1,
    stdout: [],
    stderr: [
      `error   Cannot listen on 127.0.0.1:${first.port}: the port is taken. Stop what listens there, ` +
      "or choose another port with --port or REVERB_SERVER_PORT.",
    ],
  });
  // The one that was there is not disturbed.
  expect((await fetch(`${first.url}/up`)).status).toBe(200);
});

test("a port that is taken on one address cannot be had on all of them", async () => {
  await using first = await startServer();
  const { code, stderr } = await runResound(["--port", String(first.port)], { env: APPLICATION_ENV });
  expect(code).toBe(1);
  expect(withoutTime(stderr[0])).toStartWith(
    `error   Cannot listen on 0.0.0.0:${first.port}: the port is taken.`,
  );
});

test("an address that this machine does not have ends the start with 1", async () => {
  // 192.0.2.0/24 is reserved for documentation (RFC 5737).
  const { code, stderr } = await runResound(["--host", "192.0.2.1", "--port", "0"], { env: APPLICATION_ENV });
  expect({ code, stderr: stderr.map(withoutTime) }).toEqual({
    code: 1,
    stderr: [
      "error   Cannot listen on 192.0.2.1:0: this machine has no such address. Choose another with --host or REVERB_SERVER_HOST.",
    ],
  });
});

test.each(["999.1.1.1", "nowhere.invalid"])(
  "%s has no address, which ends the start with 1",
  async (host) => {
    const { code, stderr } = await runResound(["--host", host, "--port", "0"], { env: APPLICATION_ENV });
    expect({ code, stderr: stderr.map(withoutTime) }).toEqual({
      code: 1,
      stderr: [
        `error   Cannot listen on ${host}:0: the host name is not known here. ` +
        "Choose another with --host or REVERB_SERVER_HOST.",
      ],
    });
  },
);
