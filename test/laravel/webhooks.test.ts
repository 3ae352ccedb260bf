import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { WEBHOOK_EVENTS } from "../../src/config/kinds/webhook-event-name.ts";
import { sampleEvent } from "../../src/webhooks/sample-event.ts";
import { signedRequest, webhookBody } from "../../src/webhooks/signed-request.ts";
import { runResound } from "../support/run-resound.ts";
import { Peer } from "../support/peer.ts";
import { eventually } from "../support/eventually.ts";
import { MarkdownPage } from "../support/markdown-page.ts";
import { skipWhen } from "../support/skip-when.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";
import { TEST_APPLICATION } from "../support/test-application.ts";
import { LaravelApplication, type ServedApplication } from "./laravel-application.ts";
import { fetchLaravel } from "./laravel-packages.ts";
import { lacksPhpExtension } from "./php-extensions.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string" ? packages : lacksPhpExtension("curl", "sodium");
const skip = skipWhen(missing !== undefined, `Laravel as a receiver of webhooks: ${missing}`);

const { key, secret } = TEST_APPLICATION;
const DOCUMENTED = new MarkdownPage("docs/webhooks.md");
const CONTROLLER = "app/Http/Controllers/ResoundWebhookController.php";

const LIBRARY_ROUTE = `
Route::post('/by-library', fn (Illuminate\\Http\\Request $request) => response()->json(
    Broadcast::connection('reverb')->getPusher()->webhook([
        'X-Pusher-Key' => $request->header('X-Pusher-Key'),
        'X-Pusher-Signature' => $request->header('X-Pusher-Signature'),
    ], $request->getContent())->get_events()
));
`;

let application: LaravelApplication, server: RunningServer, web: ServedApplication;

beforeAll(async () => {
  if (skip || typeof packages === "string") return;
  application = new LaravelApplication(packages);
  followDocumentation(application);
  web = await application.serve();
  application.append(
    ".env",
    // PHP may take long to answer on a busy machine.
    `REVERB_WEBHOOK_URL=${web.url}/resound/webhooks\nREVERB_WEBHOOK_TIMEOUT=60\nREVERB_WEBHOOK_HOLD_SECONDS=0.3\n`,
  );
  server = await startServer({ directory: application.directory });
  application.append(".env", `REVERB_PORT=${server.port}\n`);
});

afterAll(async () => {
  if (skip) return;
  await server?.stop();
  await web?.[Symbol.asyncDispose]();
});

/** Does what the documentation says, and notes every event that the application's listeners hear. */
function followDocumentation(application: LaravelApplication): void {
  mkdirSync(join(application.directory, dirname(CONTROLLER)), { recursive: true });
  application.write(CONTROLLER, `<?php\n\n${DOCUMENTED.php(CONTROLLER)}`);
  // To compare: a route that is not exempt from the CSRF protection, and one without all that is for pages.
  const other = "Route::post('/protected', ResoundWebhookController::class);\n" +
    "Route::post('/bare', ResoundWebhookController::class)->withoutMiddleware('web');\n";
  application.write(
    "routes/web.php",
    `<?php\n\nuse Illuminate\\Support\\Facades\\Route;\n${DOCUMENTED.php("routes/web.php")}${other}`,
  );
  // Pusher's own reading of a webhook, without CSRF protection as all routes of an API.
  application.append("routes/api.php", LIBRARY_ROUTE);
  const [, exception] = /withMiddleware\(function \(Middleware \$middleware\) \{\n(.*)\n\}\)/
    .exec(DOCUMENTED.php("bootstrap/app.php")) ?? [];
  const noted = `Event::listen('resound.*', fn (string $name, array $data) => file_put_contents(
    storage_path('logs/events.jsonl'), json_encode($data[0])."\\n", FILE_APPEND));\n`;
  const bootstrap = readFileSync(join(application.directory, "bootstrap/app.php"), "utf8")
    .replace("web: null", "web: __DIR__.'/../routes/web.php'")
    .replace("->withMiddleware(function (Middleware $middleware) {", `$&\n${exception}`)
    .replace(
      "->booting(function () {",
      `$&\n${DOCUMENTED.php("app/Providers/AppServiceProvider.php")}${noted}`,
    );
  application.write("bootstrap/app.php", bootstrap);
}

/** What the application's listeners have heard so far. */
function heard(): readonly Record<string, unknown>[] {
  const file = join(application.directory, "storage/logs/events.jsonl");
  // The application may be writing its next line: what stands behind the last line's end is not whole yet.
  return existsSync(file)
    ? readFileSync(file, "utf8").split("\n").slice(0, -1).map((line) =>
      JSON.parse(line) as Record<string, unknown>
    )
    : [];
}

/** Posts events as the server does, but for what is replaced. */
async function post(
  delivery: string,
  channel: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const body = webhookBody(Date.now(), [JSON.stringify({ name: "channel_occupied", channel })]);
  const request = signedRequest(
    { url: `${web.url}/resound/webhooks`, headers: {}, key, secret },
    delivery,
    body,
  );
  const response = await fetch(request.url, {
    method: "POST",
    body,
    headers: { ...request.headers, ...headers },
  });
  return response.status;
}

test.skipIf(skip)("the documented route hears what happens in channels, in order", async () => {
  await using ann = await Peer.connect(server);
  await ann.subscribeSigned("presence-room", '{"user_id":"7"}');
  ann.send({ event: "client-typing", channel: "presence-room", data: { name: "Änn" } });
  ann.close(1000);
  await ann.closed;
  const inRoom = await eventually(
    () => heard().filter(({ channel }) => channel === "presence-room"),
    ({ length }) => length === 5,
  );
  const [occupied, added, typing, ...gone] = inRoom;
  expect([occupied, added]).toEqual(expect.arrayContaining([
    { name: "channel_occupied", channel: "presence-room" },
    { name: "member_added", channel: "presence-room", user_id: "7" },
  ]));
  expect(typing).toEqual({
    name: "client_event",
    channel: "presence-room",
    event: "client-typing",
    data: '{"name":"Änn"}',
    socket_id: ann.id,
    user_id: "7",
  });
  expect(gone).toEqual(expect.arrayContaining([
    { name: "member_removed", channel: "presence-room", user_id: "7" },
    { name: "channel_vacated", channel: "presence-room" },
  ]));
  const log = readFileSync(join(application.directory, "storage/logs/laravel.log"), "utf8");
  expect(log).toContain("7 has come to presence-room");
  expect(log).not.toContain("ERROR");
  expect(server.output.stderr).toEqual([]);
});

test.skipIf(skip)("it handles a delivery once, however often it comes", async () => {
  expect(await post("delivery-1", "once")).toBe(204);
  expect(await post("delivery-1", "once")).toBe(204);
  expect(await post("delivery-2", "once")).toBe(204);
  expect(heard().filter(({ channel }) => channel === "once")).toHaveLength(2);
});

test.skipIf(skip)("it refuses a forged signature, a foreign key and a request without either", async () => {
  expect(await post("forged-1", "forged", { "X-Pusher-Signature": "ab".repeat(32) })).toBe(401);
  expect(await post("forged-2", "forged", { "X-Pusher-Key": "other" })).toBe(401);
  const bare = await fetch(`${web.url}/resound/webhooks`, { method: "POST", body: '{"events":[]}' });
  expect(bare.status).toBe(401);
  expect(heard().filter(({ channel }) => channel === "forged")).toEqual([]);
});

test.skipIf(skip)(
  "Pusher's library reads every event, and fails with those of encrypted channels, as the documentation says",
  async () => {
    const url = `${web.url}/by-library`;
    const read = async (...events: readonly object[]): Promise<unknown> => {
      const body = webhookBody(Date.now(), events.map((event) => JSON.stringify(event)));
      const request = signedRequest({ url, headers: {}, key, secret }, "delivery", body);
      const response = await fetch(url, { method: "POST", body, headers: request.headers });
      return response.ok ? response.json() : response.status;
    };
    const events = WEBHOOK_EVENTS.map((name) => sampleEvent(name, { prefix: "", suffix: "" }));
    expect(await read(...events)).toEqual(events);
    // The application has an encryption key.
    expect(await read({ name: "channel_occupied", channel: "private-encrypted-vault" })).toBe(500);
    const { code } = await runResound([
      "webhooks:test",
      url,
      "--event",
      "all",
      "--laravel",
      application.directory,
    ]);
    expect(code).toBe(0);
  },
);

test.skipIf(skip)("`resound webhooks:test` says what Laravel's answers mean", async () => {
  const folder = ["--laravel", application.directory];
  const taken = await runResound(["webhooks:test", "--event", "all", ...folder]);
  expect([taken.code, taken.stdout.at(-1)]).toEqual([
    0,
    "ok       it is answered with 204: the application accepts webhooks.",
  ]);
  const last = async (path: string, env: Readonly<Record<string, string>> = {}) => {
    const { code, stdout } = await runResound(["webhooks:test", web.url + path, ...folder], { env });
    return `${code} ${stdout.at(-1)}`;
  };
  expect(await last("/protected")).toContain("1 error    it is answered with 419");
  expect(await last("/protected")).toContain("$middleware->validateCsrfTokens(except: ['protected'])");
  expect(await last("/bare")).toBe("0 ok       it is answered with 204: the application accepts webhooks.");
  expect(await last("/resound/webhook")).toContain("1 error    it is answered with 404");
  expect(await last("/resound/webhooks", { REVERB_APP_SECRET: "another" }))
    .toContain("1 error    it is answered with 401, and only 2xx counts. Compare the secret");
});
