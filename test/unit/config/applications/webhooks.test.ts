import { describe, expect, test } from "bun:test";
import { describeConfig } from "../../../../src/cli/describe-config.ts";
import { readConfig } from "../../../../src/config/load-config.ts";
import type { WebhookConfig } from "../../../../src/config/config.ts";
import { MarkdownPage } from "../../../support/markdown-page.ts";
import { credentials, folder, load, memoryFiles, refusal } from "../memory-files.ts";

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

test("an application has no webhooks unless some are configured", () => {
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

test("an entry of a config file has a URL, events, headers and a filter of channels", () => {
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

test("an entry of a TOML file is read as one of a PHP file", () => {
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

test("the entries of a config file in the documentation are read as it explains them", () => {
  const page = new MarkdownPage("docs/webhooks.md");
  const chat = { events: ["member_added", "member_removed"], headers: {} } as const;
  const [entry] = /\[.*\]/s.exec(page.php("config/reverb.php, in an entry of apps.apps")) ?? [""];
  expect(
    load({ contents: php(entry), env: { SHOP_WEBHOOK_URL: "https://shop.example" } }).applications[0]!
      .webhooks,
  )
    .toEqual([
      {
        ...chat,
        url: "https://shop.example/",
        headers: { "X-Tenant": "7" },
        filter: { prefix: "presence-chat.", suffix: ".eu" },
      },
      { url: "https://audit.example.com/channels", events: [...PUSHERS], headers: {}, filter: everyChannel },
    ]);
  const toml = `[[apps]]\napp_id = "1"\nkey = "k"\nsecret = "s"\n${page.code("toml", "[[apps.webhooks]]")}`;
  expect(load({ contents: { "resound.toml": toml } }).applications[0]!.webhooks).toEqual([
    {
      ...chat,
      url: "https://shop.example.com/resound/webhooks",
      filter: { prefix: "presence-chat.", suffix: "" },
    },
  ]);
});

describe("an error has its place and nothing secret", () => {
  const place = "config/reverb.php:2 apps.apps.0.webhooks";

  test.each(
    [
      [
        `[['url' => 'ftp://user:secret@x.example']]`,
        ".0.url: expected an http or https URL, got a text of 27 characters that begins with ftp://",
      ],
      [
        `['shop.example/secret']`,
        ".0.url: expected an http or https URL, got a text of 19 characters that does not begin with https://",
      ],
      [
        `['https://shop.example/a, https://shop.example/secret']`,
        ".0.url: expected an http or https URL, got a text of 51 characters with a space in it",
      ],
      [`['https:// ']`, ".0.url: expected an http or https URL, got a text of 8 characters that is none"],
      [
        `[['url' => env('SHOP_WEBHOOK_URL')]]`,
        ".0.url: expected a URL, got nothing; set the variable that it comes from, or write one",
      ],
      [`[['events' => ['member_added']]]`, ".0.url: expected a URL, got nothing"],
      [
        `[['url' => 'https://x.example', 'events' => ['member_joined']]]`,
        ".0.events.0: expected one of channel_occupied, ",
      ],
      ...["memberAdded", "member-added", "member_aded"].map((wrong) => [
        `[['url' => 'https://x.example', 'events' => ['${wrong}']]]`,
        ".0.events.0: expected one of channel_occupied, channel_vacated, member_added, member_removed, client_event, " +
        "cache_miss, subscription_count, connection_opened, connection_closed, subscribed, unsubscribed, " +
        `got "${wrong}"; did you mean "member_added"?`,
      ]),
      [
        `[['url' => 'https://x.example', 'event_types' => []]]`,
        '.0.event_types: expected url, events, headers, filter, got "event_types"; did you mean "events"?',
      ],
      [
        `[['url' => 'https://x.example', 'events' => []]]`,
        ".0.events: expected at least one event, got none",
      ],
      [
        `[['url' => 'https://x.example', 'filtr' => []]]`,
        '.0.filtr: expected url, events, headers, filter, got "filtr"; did you mean "filter"?',
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

  test("the place of a variable is its name alone", () => {
    const env = { ...credentials, REVERB_WEBHOOK_URL: "shop.example", REVERB_WEBHOOK_EVENTS: "cache_mis" };
    expect(refusal({ env })).toEqual([
      "environment variable REVERB_WEBHOOK_URL: expected an http or https URL, got a text of 12 characters that does " +
      "not begin with https://",
      expect.stringMatching(
        /^environment variable REVERB_WEBHOOK_EVENTS: expected one of .* "cache_miss"\?$/,
      ),
    ]);
  });

  test("the variable is for one application", () => {
    const entries = ["1", "2"].map((id) => `['app_id' => '${id}', 'key' => 'k${id}', 'secret' => 's']`);
    const contents = {
      "config/reverb.php": `<?php return ['apps' => ['apps' => [${entries.join(",")}]]];`,
    };
    expect(refusal({ contents, processEnvironment: { REVERB_WEBHOOK_URL: "https://x.example" } })).toEqual([
      "environment variable REVERB_WEBHOOK_URL: expected one application, got 2; " +
      "write webhooks in the entry of each that sends webhooks",
    ]);
  });
});

describe("webhooks that are accepted and probably wrong give a warning", () => {
  const place = "config/reverb.php:2 apps.apps.0.webhooks";
  const variable = "environment variable REVERB_WEBHOOK_URL";

  /** The warnings about webhooks in a config/reverb.php. */
  function warnings(webhooks: string, env: Readonly<Record<string, string>> = {}): readonly string[] {
    return load({ contents: php(webhooks), env }).warnings.filter((line) => /webhook/i.test(line));
  }

  test("a variable beside a config file that does not ask for it", () => {
    const env = { REVERB_WEBHOOK_URL: "https://other.example" };
    expect(warnings("['https://x.example']", env))
      .toEqual([`${variable}: has no effect, since ${place} is written; take one of them out`]);
    expect(warnings("[['url' => env('REVERB_WEBHOOK_URL')]]", env)).toEqual([]);
    expect(warnings("env('REVERB_WEBHOOK_URL')", env)).toEqual([]);
  });

  test("events that are sent nowhere", () => {
    const env = { ...credentials, REVERB_WEBHOOK_EVENTS: "member_added" };
    expect(load({ env }).warnings).toEqual([
      "environment variable REVERB_WEBHOOK_EVENTS: these events are sent nowhere, since no webhook is configured; " +
      "set REVERB_WEBHOOK_URL",
    ]);
  });

  test("http outside the private network, in production", () => {
    const urls = [
      "http://u:secret@shop.example/a",
      "https://shop.example",
      "http://localhost:8000",
      "http://app",
    ];
    const near = [
      "http://10.0.0.5",
      "http://172.20.0.2",
      "http://shop.test",
      "http://shop.internal",
      "http://[::1]",
    ];
    const written = `['${[...urls, ...near].join("', '")}']`;
    expect(warnings(written, { APP_ENV: "production" })).toEqual([
      `${place}: what is sent to http://••••@shop.example/a can be read and repeated on its way; use https`,
    ]);
    expect(warnings(written, { APP_ENV: "local" })).toEqual([]);
  });

  test("an event that is sent twice", () => {
    expect(warnings("['https://x.example', 'https://x.example/']"))
      .toEqual([`${place}.1: is the same as ${place}.0; take one of them out`]);
    const entry = (events: string, prefix: string, header = "1") =>
      `['url' => 'https://x.example', 'events' => '${events}', 'headers' => ['X' => '${header}'],
        'filter' => ['channel_name_starts_with' => '${prefix}']]`;
    const [both, one] = [entry("member_added,cache_miss", "pres"), entry("member_added", "presence-", "2")];
    expect(warnings(`[${both}, ${one}]`))
      .toEqual([
        `${place}.1: https://x.example/ is sent member_added twice, by this entry and by ${place}.0`,
      ]);
    expect(warnings(`[${entry("member_added", "presence-a")}, ${entry("member_added", "presence-b", "2")}]`))
      .toEqual([]);
    expect(warnings(`[${entry("connection_opened", "a")}, ${entry("connection_opened", "b", "2")}]`))
      .toHaveLength(1);
    // With the same headers it is one receiver, which gets the event once.
    expect(warnings(`[${both}, ${entry("member_added", "")}]`)).toEqual([]);
  });
});

test("what `resound config` prints of a webhook is no secret", () => {
  const contents = php(
    `[['url' => 'https://user:secret@x.example/a?token=secret', 'events' => 'cache_miss', 'headers' => ['X' => 'secret'],
    'filter' => ['channel_name_starts_with' => 'a']]]`,
  );
  const reading = readConfig({ directory: folder, processEnvironment: {}, files: memoryFiles(contents) });
  const lines = describeConfig(reading).join("\n");
  expect(lines).toContain("https://••••@x.example/a?•••• (cache_miss; channels a*; headers X)");
  expect(lines.split("\n").find((line) => line.includes("webhooks"))).not.toContain("secret");
});
