import { describe, expect, test } from "bun:test";
import { load } from "../memory-files.ts";

const CREDENTIALS = "'app_id' => '1', 'key' => 'k', 'secret' => 's'";

function warnings(
  { server = "", app = "", more = "", dotenv }: Record<"server" | "app" | "more", string> extends infer R
    ? Partial<R> & { readonly dotenv: string }
    : never,
): readonly string[] {
  const file = `<?php return [
'servers' => ['reverb' => [
${server}
]],
'apps' => ['apps' => [[${CREDENTIALS},
${app}
]${more}]]];`;
  return load({ contents: { "config/reverb.php": file, ".env": dotenv } }).warnings;
}

describe("a variable that config/reverb.php does not ask for", () => {
  test.each([
    ["'allowed_origins' => ['*'],", "REVERB_APP_ALLOWED_ORIGINS=shop.example", "6 says '*'"],
    [
      "'allowed_origins' => ['a.example', 'b.example'],",
      "REVERB_ALLOWED_ORIGINS=c",
      "6 says 'a.example', 'b.example'",
    ],
    ["'max_connections' => 50,", "REVERB_APP_MAX_CONNECTIONS=100", "6 says 50"],
    ["'rate_limiting' => ['enabled' => false],", "REVERB_APP_RATE_LIMITING_ENABLED=true", "6 says false"],
    ["'subscription_count' => false,", "REVERB_APP_SUBSCRIPTION_COUNT=true", "6 says false"],
  ])("is a warning where an application has %p beside %s", (app, dotenv, said) => {
    const name = dotenv.split("=")[0];
    expect(warnings({ app, dotenv })).toEqual([
      `.env:1 ${name}: has no effect: config/reverb.php:${said} without asking for it; ` +
      `write env('${name}') there, or take the variable out`,
    ]);
  });

  test("is a warning where the server says something else", () => {
    expect(
      warnings({
        server: "'port' => 8080, 'drain_seconds' => 3,",
        dotenv: "REVERB_SERVER_PORT=9000\nREVERB_DRAIN_SECONDS=9",
      }),
    )
      .toEqual([
        ".env:1 REVERB_SERVER_PORT: has no effect: config/reverb.php:3 says 8080 without asking for it; " +
        "write env('REVERB_SERVER_PORT') there, or take the variable out",
        ".env:2 REVERB_DRAIN_SECONDS: has no effect: config/reverb.php:3 says 3 without asking for it; " +
        "write env('REVERB_DRAIN_SECONDS') there, or take the variable out",
      ]);
  });

  test("is a warning where the file has no such key", () => {
    expect(warnings({ dotenv: "REVERB_SCALING_ENABLED=true\nREVERB_APP_PING_INTERVAL=5" })).toEqual([
      ".env:1 REVERB_SCALING_ENABLED: has no effect, since config/reverb.php does not ask for it; " +
      "write env('REVERB_SCALING_ENABLED') there",
      ".env:2 REVERB_APP_PING_INTERVAL: has no effect, since config/reverb.php does not ask for it; " +
      "write env('REVERB_APP_PING_INTERVAL') there",
    ]);
  });

  test.each([
    [
      "our own setting, which counts all the same",
      "",
      "REVERB_DRAIN_SECONDS=7\nREVERB_APP_SUBSCRIPTION_COUNT=true",
    ],
    ["the origins, which count where the file has none", "", "REVERB_APP_ALLOWED_ORIGINS=shop.example"],
    ["the same value", "'max_connections' => 100,", "REVERB_APP_MAX_CONNECTIONS=100"],
    ["the same list", "'allowed_origins' => ['a', 'b'],", 'REVERB_APP_ALLOWED_ORIGINS="a, b"'],
    [
      "credentials, which config/broadcasting.php asks for",
      "",
      "REVERB_APP_ID=2\nREVERB_APP_KEY=l\nREVERB_APP_SECRET=t",
    ],
    ["nothing", "'max_connections' => 100,", "REVERB_APP_MAX_CONNECTIONS="],
    [
      "the address for clients, which config/broadcasting.php asks for",
      "",
      "REVERB_HOST=a\nREVERB_PORT=1\nREVERB_SCHEME=http",
    ],
    [
      "a value that an expression asks for",
      "'max_connections' => env('A', env('REVERB_APP_MAX_CONNECTIONS')),",
      "A=1\nREVERB_APP_MAX_CONNECTIONS=100",
    ],
    ["a value that cannot be evaluated", "'options' => vault(),", "REVERB_HOST=a"],
  ])("is no warning for %s", (_, app, dotenv) => {
    expect(warnings({ app, dotenv })).toEqual([]);
  });

  test("is no warning where one of several applications has its value", () => {
    const app = "'max_connections' => 50,";
    const more = ", ['app_id' => '2', 'key' => 'l', 'secret' => 't', 'max_connections' => 100]";
    expect(warnings({ app, more, dotenv: "REVERB_APP_MAX_CONNECTIONS=100" })).toEqual([]);
    expect(warnings({ app, more, dotenv: "REVERB_APP_MAX_CONNECTIONS=10" })).toHaveLength(1);
  });
});

test("a variable that resound.toml overrules, or leaves out for an application, is a warning", () => {
  const toml =
    '[server]\nport = 8080\n[[apps]]\napp_id = "1"\nkey = "k"\nsecret = "s"\nallowed_origins = ["*"]\n';
  const env = {
    REVERB_SERVER_PORT: "9000",
    REVERB_SERVER_PATH: "/ws",
    REVERB_APP_ALLOWED_ORIGINS: "shop.example",
    REVERB_APP_MAX_CONNECTIONS: "5",
  };
  const config = load({ contents: { "resound.toml": toml }, env });
  expect(config.server).toMatchObject({ port: 8080, path: "/ws" });
  expect(config.warnings).toEqual([
    "environment variable REVERB_SERVER_PORT: has no effect: resound.toml:2 says 8080, and the file wins; take one of them out",
    "environment variable REVERB_APP_ALLOWED_ORIGINS: has no effect: resound.toml:7 says '*', and the file wins; take one of them out",
    "environment variable REVERB_APP_MAX_CONNECTIONS: has no effect, since the applications are written in resound.toml; write the value there",
  ]);
});
