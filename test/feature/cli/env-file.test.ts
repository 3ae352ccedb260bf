import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { startServer } from "../../support/start-server.ts";
import { runResound, withoutTime } from "../../support/run-resound.ts";

test(".env in the current folder is read by Laravel's rules, and by those alone", async () => {
  // Bun's own reader would replace $PATH and leave ${…} of an unknown name empty.
  const dotenv = [
    "# comment",
    "export REVERB_APP_ID=3 # the third",
    'REVERB_APP_KEY="key-${REVERB_APP_ID}"',
    "REVERB_APP_SECRET='se$PATH-${UNKNOWN}#\"x\"'",
    "REVERB_APP_MAX_CONNECTIONS=",
    "REVERB_SERVER_PATH=(null)",
    "REVERB_MAX_REQUEST_SIZE=$PATH-unused",
    "REVERB_MAX_REQUEST_SIZE=50",
  ].join("\r\n");
  await using server = await startServer({ files: { ".env": dotenv } });
  const application = { id: "3", key: "key-3", secret: 'se$PATH-${UNKNOWN}#"x"' };
  expect((await new ApiClient(server, application).get("/connections")).text).toBe('{"connections":0}');
  const answer = await new ApiClient(server, application).trigger("a", "e", "x".repeat(50));
  expect(answer.text).toContain("the limit is 50 ");
});

test("an unquoted dollar sign stands for itself", async () => {
  const dotenv = "REVERB_APP_ID=3\nREVERB_APP_KEY=k\nREVERB_APP_SECRET=pa$PATH\n";
  await using server = await startServer({ files: { ".env": dotenv } });
  const application = { id: "3", key: "k", secret: "pa$PATH" };
  expect((await new ApiClient(server, application).get("/connections")).status).toBe(200);
});

test("the real environment wins over .env, and a flag over both", async () => {
  const dotenv = "REVERB_APP_ID=3\nREVERB_APP_KEY=k\nREVERB_APP_SECRET=s\nREVERB_SERVER_PATH=/file\n";
  const files = { ".env": dotenv };
  await using byFile = await startServer({ files });
  expect((await fetch(`${byFile.url}/file/up`)).status).toBe(200);
  await using byEnvironment = await startServer({ files, env: { REVERB_SERVER_PATH: "/env" } });
  expect((await fetch(`${byEnvironment.url}/env/up`)).status).toBe(200);
  expect((await fetch(`${byEnvironment.url}/file/up`)).status).toBe(404);
  await using byFlag = await startServer({
    files,
    env: { REVERB_SERVER_PATH: "/env" },
    args: ["--path", "flag/"],
  });
  expect((await fetch(`${byFlag.url}/flag/up`)).status).toBe(200);
});

test("a mistake in .env is reported with its line and never its value", async () => {
  const dotenv = 'REVERB_APP_ID=3\nREVERB_APP_KEY=k\nREVERB_APP_SECRET=s\n\nREVERB_SERVER_PORT="80 80"\n';
  const wrong = await runResound([], { files: { ".env": dotenv } });
  expect({ ...wrong, stderr: wrong.stderr.map(withoutTime) }).toEqual({
    code: 2,
    stdout: [],
    stderr: [
      'error   .env:5 REVERB_SERVER_PORT: expected a port from 1 to 65535 (or 0 for any free one), got "80 80"',
    ],
  });
  const broken = await runResound([], {
    files: { ".env": 'REVERB_APP_SECRET="keep-it-secret\nhush hush\n' },
  });
  expect(broken.code).toBe(2);
  expect(withoutTime(broken.stderr[0])).toStartWith("error   .env:1 REVERB_APP_SECRET: ");
  expect(broken.stderr.join("\n")).not.toMatch(/keep-it-secret|hush/);
});

test(".env.staging is read instead of .env where the environment says APP_ENV=staging", async () => {
  const files = {
    ".env": "REVERB_APP_ID=1\nREVERB_APP_KEY=k\nREVERB_APP_SECRET=s\n",
    ".env.staging": "REVERB_APP_ID=2\nREVERB_APP_KEY=k\nREVERB_APP_SECRET=s\n",
  };
  await using server = await startServer({ files, env: { APP_ENV: "staging" } });
  await server.output.waitFor("Configured by .env.staging");
  expect(server.output.stdout[1]).toBe("Serving application 2");
});
