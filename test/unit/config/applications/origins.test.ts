import { describe, expect, test } from "bun:test";
import { credentials, load, refusal } from "../memory-files.ts";

function php(origins: string, dotenv = ""): Record<string, string> {
  return {
    ".env": dotenv,
    "config/reverb.php": `<?php return ['apps' => ['apps' => [['app_id' => '1', 'key' => 'k', 'secret' => 's',
'allowed_origins' => ${origins},
]]]];`,
  };
}

const PLACE = "config/reverb.php:2 apps.apps.0.allowed_origins";

describe("a list of origins", () => {
  test.each([
    ["[env('A'), 'b.example']", ["b.example"], [`${PLACE}.0: is empty and left out; set A`]],
    ["['b.example', env('A', '')]", ["b.example"], [`${PLACE}.1: is empty and left out; set A`]],
    ["['b.example', null, '']", ["b.example"], [
      `${PLACE}.1: is empty and left out`,
      `${PLACE}.2: is empty and left out`,
    ]],
    ["[env('A')]", [], [
      `${PLACE}.0: is empty and left out; set A`,
      `${PLACE}: the list is empty, so no browser can connect`,
    ]],
  ])("%s leaves out what is empty, with a warning", (origins, expected, warnings) => {
    const config = load({ contents: php(origins) });
    expect(config.applications[0]?.allowedOrigins).toEqual(expected);
    expect(config.warnings).toEqual(warnings);
  });

  test.each([
    ["['a.example,b.example', 'c.example']", ["a.example", "b.example", "c.example"]],
    ["[env('O')]", ["x.example", "y.example"]],
    ["env('O')", ["x.example", "y.example"]],
    ["'a.example, b.example'", ["a.example", "b.example"]],
  ])("%s is split at commas, which no origin has", (origins, expected) => {
    const config = load({ contents: php(origins, 'O="x.example, y.example"') });
    expect(config.applications[0]?.allowedOrigins).toEqual(expected);
    expect(config.warnings).toEqual([]);
  });

  test.each([
    ["['a.example', 5]", `${PLACE}.1: expected a host name or a pattern such as *.example.com, got 5`],
    [
      "['a.example', false, 'b.example']",
      `${PLACE}.1: expected a host name or a pattern such as *.example.com, got false`,
    ],
    [
      "['a.example', ['b.example']]",
      `${PLACE}.1: expected a host name or a pattern such as *.example.com, got a list of 1`,
    ],
    ["['a.example', 'b.example,c d']", `${PLACE}.1: expected host names without spaces, got "b.example,c d"`],
    ["true", `${PLACE}: expected a list of host names or patterns such as *.example.com, got true`],
  ])("%s is refused at the item that is wrong", (origins, message) => {
    expect(refusal({ contents: php(origins) })).toEqual([message]);
  });

  test.each([["null", ""], ["env('A')", "; set A"], ["''", ""]])(
    "that is %s leaves the server open, with a warning",
    (origins, advice) => {
      const config = load({ contents: php(origins) });
      expect(config.applications[0]?.allowedOrigins).toEqual(["*"]);
      expect(config.warnings).toEqual([`${PLACE}: is empty, so that every origin may connect${advice}`]);
    },
  );
});

describe("REVERB_ALLOWED_ORIGINS", () => {
  const short = { REVERB_ALLOWED_ORIGINS: "short.example" };
  const long = { REVERB_APP_ALLOWED_ORIGINS: "long.example" };
  const entry = "'app_id' => '1', 'key' => 'k', 'secret' => 's'";
  const files: readonly [name: string, contents: Record<string, string>, env: Record<string, string>][] = [
    ["without a file", {}, credentials],
    ["in .env", { ".env": "OTHER=1" }, credentials],
    ["beside an entry without origins", {
      "config/reverb.php": `<?php return ['apps' => ['apps' => [[${entry}]]]];`,
    }, {}],
    ["beside an entry without origins in TOML", {
      "resound.toml": '[[apps]]\napp_id = "1"\nkey = "k"\nsecret = "s"\n',
    }, {}],
    [
      "beside a file without apps",
      { "config/reverb.php": "<?php return ['servers' => ['reverb' => []]];" },
      credentials,
    ],
  ];
  test.each(files)("counts %s, and REVERB_APP_ALLOWED_ORIGINS wins over it", (_, contents, env) => {
    const origins = (more: Record<string, string>): unknown =>
      load({ contents, env: { ...env, ...more } }).applications[0]?.allowedOrigins;
    expect(origins(short)).toEqual(["short.example"]);
    expect(origins({ ...short, ...long })).toEqual(["long.example"]);
    expect(origins({ ...short, REVERB_APP_ALLOWED_ORIGINS: "" })).toEqual(["short.example"]);
    expect(load({ contents, env: { ...env, ...short } }).warnings).toEqual([]);
  });

  test("is what the file makes of it where that asks for it", () => {
    const contents = php("explode(',', env('REVERB_ALLOWED_ORIGINS', '*'))", "REVERB_ALLOWED_ORIGINS=a,b");
    expect(load({ contents })).toMatchObject({
      applications: [{ allowedOrigins: ["a", "b"] }],
      warnings: [],
    });
  });
});

test("origins that match nothing are warnings that say what to write", () => {
  const env = {
    ...credentials,
    REVERB_APP_ALLOWED_ORIGINS: "wss://a.example,büch*.example,bücher.example,::1,https://a.example:443",
  };
  const place = "environment variable REVERB_APP_ALLOWED_ORIGINS";
  expect(load({ env }).warnings).toEqual([
    `${place}: "wss://a.example" matches nothing, since an origin has the scheme of the page; write "https://a.example"`,
    `${place}: "büch*.example" matches nothing, since browsers send a name in ASCII (xn--…), and "büch*" cannot be turned into that`,
  ]);
});
