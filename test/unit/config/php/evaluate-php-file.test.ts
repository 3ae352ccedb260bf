import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { evaluatePhpFile } from "../../../../src/config/php/evaluate-php-file.ts";
import { PhpArray, type PhpEntry, type PhpKey, type PhpValue } from "../../../../src/config/php/php-value.ts";

const fixture = (name: string): string =>
  readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8");

function evaluate(source: string, env: Readonly<Record<string, string>> = {}): PhpValue {
  return evaluatePhpFile(source, {
    file: "config/reverb.php",
    basePath: "/srv/app/",
    env: (name) => env[name],
  });
}

function at(value: PhpValue, ...path: readonly (PhpKey | number)[]): PhpEntry {
  let entry: PhpEntry = { value, origin: { line: 0, env: [] } };
  for (const key of path) {
    const next = entry.value instanceof PhpArray ? entry.value.entry(key) : undefined;
    if (next === undefined) throw new Error(`nothing under ${path.join(".")}`);
    entry = next;
  }
  return entry;
}

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
