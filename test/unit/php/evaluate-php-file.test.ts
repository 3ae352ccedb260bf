import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { entryAt as at, evaluateFile as evaluate, failure, php, run } from "./evaluate-snippet.ts";

const fixture = (name: string): string =>
  readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8");

describe("the stock config/reverb.php", () => {
  test("has Laravel's defaults without any environment", () => {
    const config = evaluate(fixture("reverb.php"));
    expect(at(config, "default").value).toBe("reverb");
    expect(at(config, "servers", "reverb", "host").value).toBe("0.0.0.0");
    expect(at(config, "servers", "reverb", "port").value).toBe(8080n);
    expect(at(config, "servers", "reverb", "max_request_size").value).toBe(10_000n);
    expect(at(config, "servers", "reverb", "scaling", "server", "port").value).toBe("6379");
    expect(at(config, "apps", "apps", 0, "options", "useTLS").value).toBe(true);
    expect(at(config, "apps", "apps", 0, "key").value).toBeNull();
  });

  test("takes values from the environment with Laravel's conversions", () => {
    const config = evaluate(fixture("reverb.php"), {
      REVERB_SERVER_PORT: "9000",
      REVERB_SCALING_ENABLED: "(true)",
      REVERB_SCHEME: "http",
      REVERB_APP_SECRET: '"quoted"',
    });
    expect(at(config, "servers", "reverb", "port").value).toBe("9000");
    expect(at(config, "servers", "reverb", "scaling", "enabled").value).toBe(true);
    expect(at(config, "apps", "apps", 0, "options", "useTLS").value).toBe(false);
    expect(at(config, "apps", "apps", 0, "secret").value).toBe("quoted");
  });

  test("remembers the line and the environment variables of every entry", () => {
    const config = evaluate(fixture("reverb.php"));
    expect(at(config, "servers", "reverb", "port").origin).toEqual({ line: 9, env: ["REVERB_SERVER_PORT"] });
    expect(at(config, "apps", "apps", 0, "allowed_origins").origin).toEqual({ line: 48, env: [] });
    expect(at(config, "apps", "apps", 0, "options").origin).toEqual({
      line: 42,
      env: ["REVERB_HOST", "REVERB_PORT", "REVERB_SCHEME"],
    });
  });
});

describe("the stock config/database.php", () => {
  test("names the Redis connections and prefixes as Laravel does", () => {
    const config = evaluate(fixture("database.php"), { APP_NAME: "My App", REDIS_URL: "redis://h:1" });
    expect(at(config, "redis", "client").value).toBe("phpredis");
    expect(at(config, "redis", "options", "prefix").value).toBe("my_app_database_");
    expect(at(config, "redis", "default", "url").value).toBe("redis://h:1");
    expect(at(config, "redis", "default", "database").value).toBe("0");
    expect(at(config, "connections", "sqlite", "database").value).toBe("/srv/app/database/database.sqlite");
    expect(() => at(config, "connections", "mysql", "options").value).toThrow(
      'config/reverb.php:20: extension_loaded("pdo_mysql") is not known here',
    );
  });
});

describe("where a value came from", () => {
  test("follows a variable that was assigned from the environment", () => {
    const config = evaluate("<?php\n$port = env('PORT', 1);\nreturn [\n  'a' => $port,\n  'b' => 2,\n];");
    expect(at(config, "a").origin).toEqual({ line: 4, env: ["PORT"] });
    expect(at(config, "b").origin).toEqual({ line: 5, env: [] });
  });

  test("takes from an array only what belongs to the entry that is read", () => {
    const config = evaluate("<?php $all = ['x' => env('X'), 'y' => env('Y')];\nreturn ['z' => $all['y']];");
    expect(at(config, "z").origin).toEqual({ line: 2, env: ["Y"] });
  });

  test("survives the functions that pass entries on and reaches those that make new ones", () => {
    const merged = evaluate("<?php return array_merge(\n['a' => env('A')],\n['b' => env('B')]);");
    expect(at(merged, "a").origin).toEqual({ line: 2, env: ["A"] });
    expect(at(merged, "b").origin).toEqual({ line: 3, env: ["B"] });
    const exploded = evaluate(
      "<?php return [\n'o' => array_map('trim', explode(',', env('ORIGINS', 'a, b')))];",
    );
    expect(at(exploded, "o", 1)).toEqual({ value: "b", origin: { line: 2, env: ["ORIGINS"] } });
  });

  test("is the line of the statement for what is written into a variable", () => {
    const config = evaluate("<?php\n$a = [];\n$a['x']['y'] = env('XY');\nreturn $a;");
    expect(at(config, "x", "y").origin).toEqual({ line: 3, env: ["XY"] });
  });
});

describe("text", () => {
  test("is bytes inside and UTF-8 outside", () => {
    expect(php("strlen('é')")).toBe(2n);
    expect(php("['ключ' => \"\\u{e9}\\xc3\\xa9\", 'v' => env('X')]", { X: "ünï" })).toEqual({
      ключ: "éé",
      v: "ünï",
    });
  });

  test("that is not UTF-8 is refused with the line of its entry", () => {
    expect(failure("<?php return [\n'a' => \"\\xff\"];")).toBe(
      "config/reverb.php:2: the value is not valid UTF-8 text",
    );
  });

  test("may begin with a byte order mark or with something in front of the opening tag", () => {
    expect(evaluate("\ufeff<?php return 1;")).toBe(1n);
    expect(evaluate("\n\n<?php return 1;")).toBe(1n);
  });
});

test("a file that returns nothing gives 1, as require does", () => {
  expect(run("$x = 5;")).toBe(1n);
  expect(run("return;")).toBeNull();
});
