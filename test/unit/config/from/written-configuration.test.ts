import { describe, expect, test } from "bun:test";
import type { Config } from "../../../../src/config/config.ts";
import { writtenToml, writtenVariables } from "../../../../src/config/from/written-configuration.ts";
import { type ConfigReading, readConfig } from "../../../../src/config/load-config.ts";
import { folder, load, memoryFiles } from "../memory-files.ts";

const application = {
  SOKETI_DEFAULT_APP_ID: "shop",
  SOKETI_DEFAULT_APP_KEY: "shop-key",
  SOKETI_DEFAULT_APP_SECRET: "s$e'c\"r #t",
};

/** soketi's variables of many kinds. */
const many = {
  ...application,
  SOKETI_PORT: "7001",
  SOKETI_PATH_PREFIX: "/ws",
  SOKETI_METRICS_ENABLED: "1",
  SOKETI_DEFAULT_APP_MAX_CONNS: "100",
  SOKETI_DEFAULT_APP_MAX_CLIENT_EVENTS_PER_SEC: "10",
  SOKETI_DEFAULT_APP_USER_AUTHENTICATION: "1",
  SOKETI_DEFAULT_APP_WEBHOOKS: '[{"url":"https://a.test/h","event_types":["client_event","member_added"]}]',
  SOKETI_ADAPTER_DRIVER: "redis",
  SOKETI_DB_REDIS_SENTINELS: '[{"host":"s1","port":1},{"host":"s2","port":2}]',
  SOKETI_DB_REDIS_PASSWORD: "redis pw",
};

function read(
  env: Readonly<Record<string, string>>,
  contents: Readonly<Record<string, string>> = {},
): ConfigReading {
  return readConfig({
    directory: folder,
    processEnvironment: env,
    files: memoryFiles(contents),
    from: "soketi",
    configFile: "soketi.json" in contents ? `${folder}/soketi.json` : undefined,
  });
}

/** What two ways to write a configuration have to have in common. */
function meaning({ server, applications, provider }: Config): unknown {
  return { server, applications, provider };
}

describe("what soketi was configured with", () => {
  test("means the same as lines of a .env", () => {
    const { file, config } = read(many), { lines, unsayable } = writtenVariables(file!);
    expect(unsayable).toEqual([]);
    expect(lines).toContain("REVERB_SERVER_PORT=7001");
    expect(lines).toContain("REDIS_SENTINELS=s1:1,s2:2");
    expect(lines).toContain("REDIS_PASSWORD='redis pw'");
    expect(meaning(load({ contents: { ".env": `${lines.join("\n")}\n` } }))).toEqual(meaning(config));
  });

  test("means the same as a resound.toml, also with TLS and several applications", () => {
    const json = JSON.stringify({
      "ssl.certPath": "/c.pem",
      "ssl.keyPath": "/k.pem",
      "appManager.array.apps": [
        {
          id: "one",
          key: "k1",
          secret: "s1",
          webhooks: [{ url: "https://a.test/h", headers: { "X-A": "1" } }],
        },
        { id: "two", key: "k2", secret: "s2" },
      ],
    });
    const { file, config } = read({}, { "soketi.json": json });
    const { server, ...others } = load({ contents: { "resound.toml": writtenToml(file!) } });
    expect({ ...others.applications }).toEqual({ ...config.applications });
    expect({ ...server, tlsPlaces: undefined }).toEqual({ ...config.server, tlsPlaces: undefined });
    expect(writtenVariables(file!).unsayable).toEqual([
      "2 applications: variables can describe one",
      "webhooks: it has no variable, or none for such a value",
      "options.tls.local_cert: it has no variable, or none for such a value",
      "options.tls.local_pk: it has no variable, or none for such a value",
    ]);
  });

  test("means the same where a database has the applications, with a comment about what holds for all of them", () => {
    const env = {
      SOKETI_APP_MANAGER_DRIVER: "mysql",
      SOKETI_DB_MYSQL_HOST: "db",
      SOKETI_DB_MYSQL_PASSWORD: "p",
    };
    const { file, config } = read(env), toml = writtenToml(file!);
    const { lines } = writtenVariables(file!);
    expect(meaning(load({ contents: { ".env": `${lines.join("\n")}\n` } }))).toEqual(meaning(config));
    expect(toml.split("\n").slice(0, 2)).toEqual([
      "# For all applications of the table, in the environment:",
      "# REVERB_APP_MAX_MESSAGE_SIZE=103424",
    ]);
    expect(
      meaning(load({ contents: { "resound.toml": toml }, env: { REVERB_APP_MAX_MESSAGE_SIZE: "103424" } })),
    )
      .toEqual(meaning(config));
  });
});
