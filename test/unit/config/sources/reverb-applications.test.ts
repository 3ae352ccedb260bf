import { describe, expect, test } from "bun:test";
import { load, refusal } from "../memory-files.ts";

const APPLICATION =
  "['app_id' => '1', 'key' => 'k', 'secret' => 's', 'allowed_origins' => ['shop.example'], 'max_connections' => 5]";

function php(apps: string): Record<string, string> {
  return { "config/reverb.php": `<?php return [\n'apps' => ${apps},\n];` };
}

describe("applications outside of apps.apps", () => {
  const places: readonly [where: string, apps: string, path: string][] = [
    ["in a list", `[${APPLICATION}]`, "apps"],
    ["by a name", `['shop' => ${APPLICATION}]`, "apps"],
    ["by a name, beside the provider", `['provider' => 'config', 'shop' => ${APPLICATION}]`, "apps"],
    ['by the name "key"', `['key' => ${APPLICATION}]`, "apps"],
    ["beside an empty list", `['apps' => [], 'shop' => ${APPLICATION}]`, "apps"],
    ["without a list around them", APPLICATION, "apps"],
    ["without a list around them, one level down", `['apps' => ${APPLICATION}]`, "apps.apps"],
  ];
  test.each(places)(
    "are read %s, with their origins and limits, and with a warning",
    (_, apps, path) => {
      const { applications, development, warnings } = load({ contents: php(apps) });
      expect(applications).toMatchObject([
        { id: "1", key: "k", secret: "s", allowedOrigins: ["shop.example"], maxConnections: 5 },
      ]);
      expect(development).toBe(false);
      expect(warnings).toEqual([
        `config/reverb.php:2 ${path}: the applications here are read, but Reverb would not find them; ` +
        "it looks in a list of its own: 'apps' => ['provider' => 'config', 'apps' => [[…], […]]]",
      ]);
    },
  );

  test("are all read", () => {
    const second = APPLICATION.replace("'1'", "'2'").replace("'k'", "'l'");
    expect(load({ contents: php(`['a' => ${APPLICATION}, 'b' => ${second}]`) }).applications)
      .toMatchObject([{ id: "1" }, { id: "2" }]);
  });

  test("are errors beside others in the list", () => {
    expect(refusal({ contents: php(`['apps' => [${APPLICATION}], 'shop' => ${APPLICATION}]`) })).toEqual([
      "config/reverb.php:2 apps.shop: expected every application in apps.apps, got one beside it; move it there",
    ]);
  });

  test("are as good as a list in TOML, where Reverb does not look", () => {
    const named = '[apps.shop]\napp_id = "1"\nkey = "k"\nsecret = "s"\n';
    const config = load({ contents: { "resound.toml": named } });
    expect(config).toMatchObject({ applications: [{ id: "1" }], warnings: [] });
  });

  test("lack what an application needs only with an error that names it", () => {
    expect(refusal({ contents: php("['shop' => ['id' => '1', 'key' => 'k', 'secret' => 's']]") })).toEqual([
      "config/reverb.php:2 apps.shop.app_id: missing; every application needs one",
    ]);
    expect(refusal({ contents: php("[['allowed_origins' => ['shop.example']]]") })).toEqual([
      "config/reverb.php:2 apps.0.app_id: missing; every application needs one",
      "config/reverb.php:2 apps.0.key: missing; every application needs one",
      "config/reverb.php:2 apps.0.secret: missing; every application needs one",
    ]);
  });
});

describe("an apps without any application is refused, and none takes its place", () => {
  const credentials = { REVERB_APP_ID: "9", REVERB_APP_KEY: "v", REVERB_APP_SECRET: "w" };
  const nothing = "expected at least one application with app_id, key and secret, got none";
  const refusals: readonly [apps: string, ...messages: string[]][] = [
    ["[]", `config/reverb.php:2 apps: ${nothing}`],
    ["null", `config/reverb.php:2 apps: ${nothing}`],
    ["['provider' => 'config']", `config/reverb.php:2 apps: ${nothing}`],
    ["['provider' => 'config', 'apps' => []]", `config/reverb.php:2 apps.apps: ${nothing}`],
    ["['apps' => [null]]", `config/reverb.php:2 apps.apps: ${nothing}`],
    ["[null, null]", `config/reverb.php:2 apps: ${nothing}`],
    ["['apps' => null]", `config/reverb.php:2 apps.apps: ${nothing}`],
    [`['app' => [${APPLICATION}]]`, `config/reverb.php:2 apps: ${nothing}`],
    ["'shop'", "config/reverb.php:2 apps: expected a table, got a single value"],
    ["['apps' => 'shop']", "config/reverb.php:2 apps.apps: expected a table, got a single value"],
    ["['shop']", "config/reverb.php:2 apps.0: expected a table, got a single value"],
    [
      `['apps' => ['apps' => [${APPLICATION}]]]`,
      "config/reverb.php:2 apps.apps.apps.app_id: missing; every application needs one",
      "config/reverb.php:2 apps.apps.apps.key: missing; every application needs one",
      "config/reverb.php:2 apps.apps.apps.secret: missing; every application needs one",
    ],
  ];
  test.each(refusals)("%s", (apps, ...messages) => {
    for (const env of [{}, credentials]) expect(refusal({ contents: php(apps), env })).toEqual(messages);
  });
});

test("an entry that is null is left out with a warning", () => {
  const config = load({ contents: php(`['apps' => [env('SECOND') ? [] : null, ${APPLICATION}]]`) });
  expect(config.applications).toHaveLength(1);
  expect(config.warnings).toEqual(["config/reverb.php:2 apps.apps.0: is empty and left out"]);
});

test("without apps the variables of Reverb's stock file describe the application", () => {
  const env = {
    REVERB_APP_ID: "9",
    REVERB_APP_KEY: "v",
    REVERB_APP_SECRET: "w",
    REVERB_APP_MAX_CONNECTIONS: "4",
  };
  const contents = { "config/reverb.php": "<?php return ['servers' => ['reverb' => []]];" };
  expect(load({ contents, env }).applications).toMatchObject([{ id: "9", maxConnections: 4 }]);
});
