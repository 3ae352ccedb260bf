import { expect, test } from "bun:test";
import { startServer } from "../../support/start-server.ts";

const LISTENING = String.raw`^Resound \d\S*( \([0-9a-z-]+\))? on (Bun|Deno) [\d.]+ is listening on `;

test("the banner says where the server listens, for whom, and by what it is configured", async () => {
  await using server = await startServer({ args: ["--path", "/ws"] });
  await server.output.waitFor("Configured");
  const [listening, serving, configured] = server.output.stdout;
  expect(listening).toMatch(new RegExp(`${LISTENING}http://127\\.0\\.0\\.1:${server.port}/ws$`));
  expect([serving, configured]).toEqual([
    "Serving application app-id",
    "Configured by environment variables",
  ]);
  expect(server.output.stderr).toEqual([]);
});

test("an IPv6 address is printed so that it can be copied", async () => {
  await using server = await startServer({ args: ["--host", "::1"], startLine: /(http):\/\/\[::1\]:(\d+)$/ });
  expect(server.output.stdout[0]).toEndWith(`http://[::1]:${server.port}`);
});

test("the banner names the files that were read, in their order", async () => {
  await using server = await startServer({
    files: {
      ".env": "REVERB_APP_KEY=k\n",
      "resound.toml": '[[apps]]\napp_id = "a"\nkey = "k"\nsecret = "keep-it-secret"\n' +
        '[[apps]]\napp_id = "b"\nkey = "l"\nsecret = "keep-it-secret-either"\n',
    },
  });
  await server.output.waitFor("Configured by .env, resound.toml");
  expect(server.output.stdout[1]).toBe("Serving 2 applications: a, b");
  expect(server.output.text()).not.toContain("keep-it-secret");
});
