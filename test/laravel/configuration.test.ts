import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigNode } from "../../src/config/sources/config-node.ts";
import { ConfigFiles } from "../../src/config/sources/config-files.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { readPhpNode } from "../../src/config/sources/php-node.ts";
import { readEnvironment } from "../../src/config/sources/read-environment.ts";
import { diskFiles } from "../../src/config/sources/text-files.ts";
import { skipWhen } from "../support/skip-when.ts";
import { CONFIG_EXPRESSIONS, REFUSED_EXPRESSIONS } from "./config-expressions.ts";
import { LaravelApplication } from "./laravel-application.ts";
import { fetchLaravel } from "./laravel-packages.ts";

const packages = fetchLaravel();
const skip = skipWhen(typeof packages === "string", `Laravel's own configuration: ${String(packages)}`);

const HEAD =
  "<?php\nuse Illuminate\\Support\\{Arr, Env, Str};\nuse Illuminate\\Support\\Facades\\App;\nreturn [";

test.skipIf(skip)("config files mean to us what they mean to Laravel", async () => {
  if (typeof packages === "string") return;
  const application = new LaravelApplication(packages);
  application.append(".env", readFileSync(join(import.meta.dir, "tricky.env"), "utf8"));
  application.write("config/tricky.php", `${HEAD}${CONFIG_EXPRESSIONS.join(",\n")}];`);
  const { output, exitCode } = await application.artisan("config:as-json", "tricky");
  expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
  const theirs = JSON.parse(output) as unknown[];

  const evaluate = evaluator(application.directory);
  const meanings = (value: (expression: string, index: number) => unknown): Record<string, unknown> =>
    Object.fromEntries(CONFIG_EXPRESSIONS.map((expression, index) => [expression, value(expression, index)]));
  expect(meanings(evaluate)).toEqual(meanings((_, index) => theirs[index]));
});

test.skipIf(skip).each(["Größe & Co", "Магазин 10 €", "متجر"])(
  "we find Laravel's databases, caches and keys in Redis where Laravel has them, with the name %s",
  async (name) => {
    if (typeof packages === "string") return;
    const application = new LaravelApplication(packages, {
      APP_NAME: name,
      CACHE_STORE: "redis",
      DB_CONNECTION: "mariadb",
      DB_HOST: "db.test",
      DB_USERNAME: "shop",
      REDIS_HOST: "redis.test",
      REDIS_CACHE_DB: "5",
      PULSE_INGEST_DRIVER: "redis",
    });
    const stated = async (key: string): Promise<unknown> =>
      JSON.parse((await application.artisan("config:as-json", key)).output);
    const config = loadConfig({
      directory: application.directory,
      processEnvironment: { REVERB_PULSE_ENABLED: "true" },
    });

    const prefix = await stated("database.redis.options.prefix"), cachePrefix = await stated("cache.prefix");
    expect(config.restartSignal).toMatchObject({
      kind: "redis",
      key: `${prefix}${cachePrefix}laravel:reverb:restart`,
      connection: { host: await stated("database.redis.cache.host"), database: 5 },
    });
    expect(config.pulse).toMatchObject({
      target: {
        kind: "redis",
        stream: `${prefix}laravel:pulse:ingest`,
        connection: { host: "redis.test", database: 0 },
      },
    });

    application.append(".env", "PULSE_INGEST_DRIVER=storage\n");
    const stored = loadConfig({
      directory: application.directory,
      processEnvironment: { REVERB_PULSE_ENABLED: "true" },
    });
    const { host, username, database, port } = await stated("database.connections.mariadb") as Record<
      string,
      string
    >;
    expect(stored.pulse).toMatchObject({
      target: {
        kind: "database",
        connection: { kind: "mysql", host, username, database, port: Number(port) },
      },
    });
  },
);

test.each(REFUSED_EXPRESSIONS)("%s is refused by name, and not misread", (expression) => {
  expect(() => evaluator(import.meta.dir)(expression)).toThrow(
    /^config\/tricky\.php:4 0: .*not supported\. Write it another way, or run "php artisan config:cache"/,
  );
});

/** Evaluates an expression as it would be in a config file of the folder. */
function evaluator(directory: string): (expression: string) => unknown {
  const environment = readEnvironment(new ConfigFiles(directory, diskFiles), {});
  const place = { file: "config/tricky.php", environment, directory, files: diskFiles };
  return (expression) => (jsonOf(readPhpNode(`${HEAD}${expression}];`, place)) as unknown[])[0];
}

/** What PHP's `json_encode` makes of it: a list only when the keys count from 0. */
function jsonOf(node: ConfigNode): unknown {
  if (node.kind === "leaf") return node.value;
  const entries = [...node.entries].map(([key, entry]): [string, unknown] => [key, jsonOf(entry)]);
  return entries.every(([key], index) => key === String(index))
    ? entries.map(([, value]) => value)
    : Object.fromEntries(entries);
}
