import { describe, expect, test } from "bun:test";
import { readTomlNode } from "../../../../src/config/sources/toml-node.ts";
import { credentials, load, refusal, refusalOf } from "../memory-files.ts";

const apps = '[[apps]]\napp_id = 1\nkey = "k"\nsecret = "s"\n';

describe("resound.toml", () => {
  test("takes Laravel's layout", () => {
    const toml = `
default = "main"
[servers.main]
port = 0
options.tls.local_cert = "/cert.pem"
[servers.main.scaling]
enabled = true
server = { host = "redis.test", password = "p" }
[apps]
provider = "config"
[[apps.apps]]
app_id = 123456
key = "k"
secret = "s"
allowed_origins = ["laravel.com"]
rate_limiting = { enabled = true, max_attempts = 5 }
`;
    const config = load({ contents: { "resound.toml": toml } });
    expect(config.files).toEqual(["resound.toml"]);
    expect(config.warnings).toEqual([]);
    expect(config.server).toMatchObject({
      port: 0,
      tls: { local_cert: "/cert.pem" },
      scaling: { enabled: true, server: { host: "redis.test", password: "p" } },
    });
    expect(config.applications).toMatchObject([
      {
        id: "123456",
        allowedOrigins: ["laravel.com"],
        rateLimiting: { enabled: true, maxAttempts: 5 },
        acceptClientEventsFrom: "members",
      },
    ]);
  });

  test("takes [server] and [[apps]] as well", () => {
    const config = load({ contents: { "resound.toml": `[server]\nport = 9000\n${apps}` } });
    expect(config).toMatchObject({ server: { port: 9000 }, applications: [{ id: "1" }] });
  });

  test("what it leaves out comes from the environment; in its applications only our own settings do", () => {
    const env = {
      REVERB_SERVER_PORT: "9000",
      REDIS_PASSWORD: "p",
      REVERB_APP_MAX_EVENTS_PER_BATCH: "7",
      REVERB_APP_PING_INTERVAL: "7",
    };
    const config = load({ env, contents: { "resound.toml": `[server]\nhost = "::1"\n${apps}` } });
    expect(config.server).toMatchObject({ host: "::1", port: 9000, scaling: { server: { password: "p" } } });
    expect(config.applications).toMatchObject([{ maxEventsPerBatch: 7, pingInterval: 60 }]);
  });

  test("without applications it takes the one of the environment", () => {
    const config = load({ env: credentials, contents: { "resound.toml": "[server]\nport = 1" } });
    expect(config).toMatchObject({ development: false, applications: [{ id: "1", key: "k" }] });
  });

  test("names wrong values with their line and key", () => {
    const toml =
      `[servers.reverb]\nport = "eighty"\nhost = 1979-05-27\nscaling = true\n${apps}ping_interval = [1]`;
    expect(refusal({ contents: { "resound.toml": toml } })).toEqual([
      "resound.toml:4 servers.reverb.scaling: expected a table, got a single value",
      "resound.toml:3 servers.reverb.host: expected an IP address, a host name, or unix: with a path, got something that is no text, number or list",
      'resound.toml:2 servers.reverb.port: expected a port from 1 to 65535 (or 0 for any free one), got "eighty"',
      "resound.toml:9 apps.0.ping_interval: expected a whole number of seconds from 1 to 86400, got a list of 1",
    ]);
  });

  test("warns about unknown keys", () => {
    const toml = `[sever]\nport = 1\n[server]\nprot = 1\n[server.scaling]\nchanel = "x"\n${apps}colour = 1`;
    expect(load({ contents: { "resound.toml": toml } }).warnings).toEqual([
      'resound.toml:1 sever: the key "sever" is unknown and ignored; did you mean "server"?',
      'resound.toml:4 server.prot: the key "prot" is unknown and ignored; did you mean "port"?',
      'resound.toml:6 server.scaling.chanel: the key "chanel" is unknown and ignored; did you mean "channel"?',
      'resound.toml:11 apps.0.colour: the key "colour" is unknown and ignored',
    ]);
  });
});

test("what is not TOML is named with its line and without the text around it", () => {
  const messages = refusalOf(() => readTomlNode('a = 1\nsecret = "hunter2" oops\n', "resound.toml"));
  expect(messages).toHaveLength(1);
  expect(messages[0]).toStartWith("Cannot read resound.toml:2: ");
  expect(messages[0]).not.toContain("hunter2");
});
