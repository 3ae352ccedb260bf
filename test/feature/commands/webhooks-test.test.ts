import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HAS_OPENSSL, makeCertificate, NO_OPENSSL } from "../../support/certificates.ts";
import { freePort } from "../../support/free-port.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { temporaryDirectory } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { type FinishedRun, runResound } from "../../support/run-resound.ts";
import { AnsweringReceiver } from "../../support/answering-receiver.ts";

const { id, key, secret } = TEST_APPLICATION;
const ENV = { REVERB_APP_ID: id, REVERB_APP_KEY: key, REVERB_APP_SECRET: secret };

/** Runs the command for the application of the tests. */
function send(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<FinishedRun> {
  return runResound(["webhooks:test", ...args], { env: { ...ENV, ...env } });
}

test("a sample is sent in the same way as webhooks, and request and answer are shown", async () => {
  using receiver = new AnsweringReceiver();
  const { code, stdout, stderr } = await send([`${receiver.url}/hooks`]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: [] });
  const [{ path, headers, body, isSigned }] = receiver.requests as [AnsweringReceiver["requests"][number]];
  expect({ path, isSigned, count: receiver.requests.length }).toEqual({
    path: "/hooks",
    isSigned: true,
    count: 1,
  });
  expect(JSON.parse(body)).toEqual({
    time_ms: expect.any(Number),
    events: [{ name: "channel_occupied", channel: "resound-test" }],
  });
  expect(stdout).toEqual([
    `POST ${receiver.url}/hooks (application ${id})`,
    "  User-Agent: Resound",
    "  Accept-Encoding: identity",
    "  Content-Type: application/json",
    `  X-Pusher-Key: ${key}`,
    `  X-Pusher-Signature: ${headers.get("X-Pusher-Signature")}`,
    `  X-Resound-Delivery: ${headers.get("X-Resound-Delivery")}`,
    "",
    `  ${body}`,
    "",
    expect.stringMatching(/^200 after \d+ ms$/),
    "  As you wish [2J",
    "ok       it is answered with 200: the application accepts webhooks.",
  ]);
});

test("without a URL every webhook gets its own first event, within its filter, and one that fails makes the exit code 1", async () => {
  using receiver = new AnsweringReceiver();
  const toml = `[[apps]]\napp_id = "${id}"\nkey = "${key}"\nsecret = "${secret}"\nwebhooks = [
    "${receiver.url}/first",
    { url = "${receiver.url}/500", events = ["member_removed"], filter = { channel_name_starts_with = "presence-room." } },
  ]\n`;
  const { code, stdout } = await runResound(["webhooks:test"], { files: { "resound.toml": toml } });
  expect(code).toBe(1);
  expect(receiver.requests.map(({ path, body }) => [path, (JSON.parse(body) as { events: unknown }).events]))
    .toEqual([
      ["/first", [{ name: "channel_occupied", channel: "resound-test" }]],
      ["/500", [{
        name: "member_removed",
        channel: "presence-room.resound-test",
        user_id: "resound-test-user",
      }]],
    ]);
  expect(stdout.at(-1)).toBe("1 of 2 webhooks are taken");
  expect(stdout).toContain(
    "error    it is answered with 500, and only 2xx counts. Read the application's log (storage/logs/laravel.log).",
  );
});

test("--event chooses the events, --app the application", async () => {
  using receiver = new AnsweringReceiver();
  const toml = ["1", "2"].map((id) => `[[apps]]\napp_id = "${id}"\nkey = "key-${id}"\nsecret = "${secret}"\n`)
    .join("");
  const { code } = await runResound(
    [
      "webhooks:test",
      receiver.url,
      "--app",
      "2",
      "--event",
      "member_added, cache_miss",
      "--event=connection_opened",
    ],
    { files: { "resound.toml": toml } },
  );
  expect(code).toBe(0);
  const [{ body, headers }] = receiver.requests as [AnsweringReceiver["requests"][number]];
  expect(headers.get("X-Pusher-Key")).toBe("key-2");
  const { events } = JSON.parse(body) as { events: readonly { name: string }[] };
  expect(events.map(({ name }) => name)).toEqual(["member_added", "cache_miss", "connection_opened"]);
});

test("no secret is printed, also where the answer repeats it", async () => {
  using receiver = new AnsweringReceiver();
  const toml = `[[apps]]\napp_id = "${id}"\nkey = "${key}"\nsecret = "${secret}"
[[apps.webhooks]]\nurl = "http://user:pass-word@127.0.0.1:${receiver.port}/echo?token=to-ken&sign=si%2Fgn"
headers = { X-Token = "hid/den" }\n`;
  const { code, stdout, stderr } = await runResound(["webhooks:test"], { files: { "resound.toml": toml } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: [] });
  expect(receiver.requests[0]!.headers.get("X-Token")).toBe("hid/den");
  expect(stdout[0]).toBe(`POST http://••••@127.0.0.1:${receiver.port}/echo?•••• (application ${id})`);
  expect(stdout).toContain("  X-Token: ••••");
  expect(stdout).toContain("  Authorization: ••••");
  expect(stdout.join("\n")).not.toMatch(/pass-word|to-ken|si%2Fgn|hid\/den|dXNlcjpwYXNzLXdvcmQ/);
  expect(stdout.join("\n")).not.toContain(secret);
});

test("a percent sign in a password that encodes nothing is kept", async () => {
  using receiver = new AnsweringReceiver();
  const { code, stdout } = await send([`http://ann:s3cr%zt@127.0.0.1:${receiver.port}/echo`]);
  expect(code).toBe(0);
  expect(receiver.requests[0]!.headers.get("Authorization")).toBe(`Basic ${btoa("ann:s3cr%zt")}`);
  expect(stdout.join("\n")).not.toContain(btoa("ann:s3cr%zt"));
});

test("a failure is shown with its remedy, and the exit code is 1", async () => {
  using receiver = new AnsweringReceiver();
  const last = async (path: string): Promise<string | undefined> => {
    const { code, stdout } = await send([receiver.url + path]);
    expect(code).toBe(1);
    return stdout.at(-1);
  };
  expect(await last("/419/hooks")).toBe(
    "error    it is answered with 419, and only 2xx counts. Take the route out of Laravel's CSRF protection, in " +
      "bootstrap/app.php: $middleware->validateCsrfTokens(except: ['419/hooks']).",
  );
  expect(await last("/moved")).toBe(
    "error    it is answered with 301 and leads to https://elsewhere.example/hooks; redirects are not followed. " +
      "Write the URL that it leads to into the configuration: https in place of http.",
  );
  expect((await send([`${receiver.url}/page`])).stdout.at(-2)).toBe("  (a page: Page Expired)");
  expect(await last("/404")).toContain("php artisan route:list");
});

test(
  "a port where nothing listens, a missing answer and a refused address have different messages",
  async () => {
    using receiver = new AnsweringReceiver();
    const closed = await send([`http://127.0.0.1:${await freePort()}/`]);
    expect([closed.code, closed.stdout.at(-1)]).toEqual([
      1,
      "error    nothing listens there. Start the application, or correct the port (in a container " +
      "localhost is the container itself: use the service's name).",
    ]);
    const plain = await send([`https://127.0.0.1:${receiver.port}/`]);
    expect(plain.stdout.at(-1)).toContain("what answers there does not speak https. Correct the port");
    // So long that this process, which is the receiver too, takes the request in that time on a busy machine.
    const late = await send([`${receiver.url}/never`], { REVERB_WEBHOOK_TIMEOUT: "3" });
    expect(late.stdout.at(-2)).toMatch(/^No answer after \d+ ms$/);
    expect(late.stdout.at(-1)).toContain(
      "there is no whole answer within 3 s. Answer first",
    );
    const refused = await send([`http://localhost:${receiver.port}/`], {
      REVERB_WEBHOOK_REFUSE_PRIVATE_ADDRESSES: "true",
    });
    expect(refused.stdout.at(-1)).toContain("nothing was sent: its address ");
    expect(receiver.requests.map(({ path }) => path)).toEqual(["/never"]);
  },
);

test.skipIf(skipWhen(!HAS_OPENSSL, NO_OPENSSL))(
  "a certificate of an unknown authority is refused, and accepted once the environment names the authority",
  async () => {
    const authority = await makeCertificate({ hosts: ["Resound test authority"], authority: true });
    const certificate = await makeCertificate({ hosts: ["localhost"], issuer: authority });
    using receiver = new AnsweringReceiver(certificate);
    const url = `https://localhost:${receiver.port}/`;
    const refused = await send([url]);
    expect(refused.code).toBe(1);
    expect(refused.stdout.at(-1)).toContain("Have the server trust the authority: NODE_EXTRA_CA_CERTS");
    expect(receiver.requests).toEqual([]);
    const file = join(temporaryDirectory(), "authority.pem");
    writeFileSync(file, authority.certificate);
    const variable = serverTarget() === "deno" ? "DENO_CERT" : "NODE_EXTRA_CA_CERTS";
    const taken = await send([url], { [variable]: file });
    expect([taken.code, taken.stdout.at(-1)]).toEqual([
      0,
      "ok       it is answered with 200: the application accepts webhooks.",
    ]);
  },
);

test.each([
  [
    [],
    ENV,
    "No webhooks are configured: set REVERB_WEBHOOK_URL in .env, or webhooks in the application's entry of " +
    "the config file, or give a URL here.",
  ],
  [
    ["http://x.example"],
    {},
    "No application is configured, so nothing can be signed as the application expects it. " +
    "Let `resound install` write one into .env, or name its folder with --laravel.",
  ],
  [["shop.example/hooks"], ENV, "The URL must begin with http:// or https:// and name a host."],
  [["--app", "other-id"], ENV, 'No application has the id "other-id"; there is app-id.'],
  [
    ["--event", "member_aded"],
    ENV,
    "error: option '--event <names>' argument 'member_aded' is invalid. Did you mean member_added?",
  ],
])("%j is refused with 2", async (args, env, line) => {
  const { code, stdout, stderr } = await runResound(["webhooks:test", ...args], { env });
  expect({ code, stdout, line: stderr[0] }).toEqual({ code: 2, stdout: [], line });
});

test("`webhooks` alone gets the whole name as a hint", async () => {
  expect((await runResound(["webhooks"])).stderr.slice(0, 2))
    .toEqual(["error: unknown command 'webhooks'", "(Did you mean webhooks:test?)"]);
});
