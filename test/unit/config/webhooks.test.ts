import { describe, expect, test } from "bun:test";
import { describeConfig } from "../../../src/cli/describe-config.ts";
import { readConfig } from "../../../src/config/load-config.ts";
import type { WebhookConfig } from "../../../src/config/config.ts";
import { credentials, folder, load, memoryFiles, refusal } from "./memory-files.ts";

const PUSHERS = [
  "channel_occupied",
  "channel_vacated",
  "member_added",
  "member_removed",
  "client_event",
  "cache_miss",
  "subscription_count",
] as const;
const everyChannel = { prefix: "", suffix: "" };

/** A config/reverb.php with one application that has these webhooks. */
function php(webhooks: string): Readonly<Record<string, string>> {
  const entry = `['app_id' => '1', 'key' => 'k', 'secret' => 's',\n'webhooks' => ${webhooks}]`;
  return { "config/reverb.php": `<?php return ['apps' => ['apps' => [${entry}]]];` };
}

function webhooksOf(webhooks: string): readonly WebhookConfig[] {
  return load({ contents: php(webhooks) }).applications[0]!.webhooks;
}

test("an application has no webhooks unless somebody asks for them", () => {
  expect(load({ env: credentials }).applications[0]!.webhooks).toEqual([]);
});

test("a variable names the URL, another the events", () => {
  const env = { ...credentials, REVERB_WEBHOOK_URL: "https://shop.example/hooks" };
  expect(load({ env }).applications[0]!.webhooks).toEqual([
    { url: "https://shop.example/hooks", events: [...PUSHERS], headers: {}, filter: everyChannel },
  ]);
  const some = { ...env, REVERB_WEBHOOK_EVENTS: "member_added, connection_opened" };
  expect(load({ env: some }).applications[0]!.webhooks[0]!.events)
    .toEqual(["member_added", "connection_opened"]);
});

test("an entry of a config file says where, what, with which headers, and for which channels", () => {
  const written = `[
    ['url' => 'https://a.example', 'events' => ['client_event', 'channel_vacated', 'client_event'],
     'headers' => ['X-Token' => 'secret'],
     'filter' => ['channel_name_starts_with' => 'presence-', 'channel_name_ends_with' => '.eu']],
    'http://b.example:81/x?y=1',
    ['url' => 'http://c.example', 'events' => null, 'headers' => [], 'filter' => []],
  ]`;
  expect(webhooksOf(written)).toEqual([
    {
      url: "https://a.example/",
      events: ["channel_vacated", "client_event"],
      headers: { "X-Token": "secret" },
      filter: { prefix: "presence-", suffix: ".eu" },
    },
    { url: "http://b.example:81/x?y=1", events: [...PUSHERS], headers: {}, filter: everyChannel },
    { url: "http://c.example/", events: [...PUSHERS], headers: {}, filter: everyChannel },
  ]);
});

test("TOML says the same", () => {
  const toml = `[[apps]]
app_id = "1"
key = "k"
secret = "s"
webhook_events = ["cache_miss"]
[[apps.webhooks]]
url = "https://a.example/"
[apps.webhooks.filter]
channel_name_starts_with = "cache-"
`;
  expect(load({ contents: { "resound.toml": toml } }).applications[0]!.webhooks).toEqual([
    {
      url: "https://a.example/",
      events: ["cache_miss"],
      headers: {},
      filter: { prefix: "cache-", suffix: "" },
    },
  ]);
});

describe("what is wrong is named with its place, and nothing secret with it", () => {
  const place = "config/reverb.php:2 apps.apps.0.webhooks";

  test.each(
    [
      [
        `[['url' => 'ftp://user:secret@x.example']]`,
        ".0.url: expected an http or https URL, got a text of 27 characters",
      ],
      [`[['url' => null]]`, ".0.url: expected a URL, got nothing"],
      [`[['events' => ['member_added']]]`, ".0.url: expected a URL, got nothing"],
      [
        `[['url' => 'https://x.example', 'events' => ['member_joined']]]`,
        ".0.events.0: expected one of channel_occupied, ",
      ],
      [
        `[['url' => 'https://x.example', 'events' => []]]`,
        ".0.events: expected at least one event, got none",
      ],
      [
        `[['url' => 'https://x.example', 'filtr' => []]]`,
        '.0.filtr: expected url, events, headers, filter, got "filtr"',
      ],
      [
        `[['url' => 'https://x.example', 'filter' => ['prefix' => 'a']]]`,
        ".0.filter.prefix: expected a table with channel_name_starts_with",
      ],
      [
        `[['url' => 'https://x.example', 'headers' => ['X-Pusher-Key' => 'a']]]`,
        ".0.headers.X-Pusher-Key: expected a header that the server does not write itself",
      ],
      [
        `[['url' => 'https://x.example', 'headers' => ['X-A' => "a\\r\\nX-B: c"]]]`,
        ".0.headers.X-A: expected a text without line breaks",
      ],
      ["[5]", ".0: expected a URL or a table with url, got a number"],
      ["true", ": expected a list of URLs, or of tables with url, got a boolean"],
    ],
  )("%s", (written, message) => {
    const messages = refusal({ contents: php(written) });
    expect(messages).toHaveLength(1);
    expect(messages[0]).toStartWith(place + message);
    expect(messages[0]).not.toContain("secret");
  });

  test("the variable is for one application", () => {
    const entries = ["1", "2"].map((id) => `['app_id' => '${id}', 'key' => 'k${id}', 'secret' => 's']`);
    const contents = {
      "config/reverb.php": `<?php return ['apps' => ['apps' => [${entries.join(",")}]]];`,
    };
    expect(refusal({ contents, processEnvironment: { REVERB_WEBHOOK_URL: "https://x.example" } })).toEqual([
      "environment variable REVERB_WEBHOOK_URL: expected one application, got 2; " +
      "write webhooks in the entry of each that wants them",
    ]);
  });
});

test("what `resound config` prints of a webhook is no secret", () => {
  const contents = php(
    `[['url' => 'https://user:secret@x.example/a?token=secret', 'events' => 'cache_miss', 'headers' => ['X' => 'secret']]]`,
  );
  const reading = readConfig({ directory: folder, processEnvironment: {}, files: memoryFiles(contents) });
  const lines = describeConfig(reading).join("\n");
  expect(lines).toContain("https://••••@x.example/a?•••• (cache_miss)");
  expect(lines.split("\n").find((line) => line.includes("webhooks"))).not.toContain("secret");
});
