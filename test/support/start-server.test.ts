import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { clearLeftovers } from "./leftovers.ts";
import { startServer, temporaryDirectory } from "./start-server.ts";

/** A stand-in for the server: says where it listens, what it was given, and ends on SIGTERM with code 7. */
const STAND_IN = `
const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("here") });
console.error("arguments " + JSON.stringify(process.argv.slice(2)));
console.log("environment " + JSON.stringify(process.env));
console.log("file " + (await Bun.file("config/a.txt").exists()));
process.on("SIGTERM", () => { console.log("stopping"); process.exit(7); });
console.log("Listening on http://127.0.0.1:" + server.port + " (stand-in)");
`;
const directory = temporaryDirectory();
const script = join(directory, "stand-in.ts");
await Bun.write(script, STAND_IN);
const command = [process.execPath, script];

test("a server runs in a folder and an environment of its own until it is stopped", async () => {
  process.env.RESOUND_NOT_PASSED_ON = "1";
  const server = await startServer({
    command,
    args: ["--debug", "--port=0"],
    files: { "config/a.txt": "x" },
  });
  expect(await (await fetch(server.url)).text()).toBe("here");
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  expect(await server.output.waitFor("arguments")).toBe(
    `arguments ["--debug","--port=0","--host","127.0.0.1"]`,
  );
  expect(await server.output.waitFor(/^file/)).toBe("file true");
  const environment = JSON.parse((await server.output.waitFor("environment")).slice(12)) as Record<
    string,
    string
  >;
  expect(environment).toMatchObject({ REVERB_APP_ID: "app-id", REVERB_APP_KEY: "app-key" });
  expect(environment).not.toHaveProperty("RESOUND_NOT_PASSED_ON");
  expect(await server.stop()).toBe(7);
  expect(server.output.stdout.at(-1)).toBe("stopping");
});

test("the default application gives way to the folder's .env and to env", async () => {
  const files = { ".env": "APP_NAME=x\nREVERB_APP_KEY=mine\n" };
  await using server = await startServer({ command, files, env: { HOME: undefined, X: "1" } });
  const environment = JSON.parse((await server.output.waitFor("environment")).slice(12)) as Record<
    string,
    string
  >;
  expect(environment).not.toHaveProperty("REVERB_APP_ID");
  expect(environment).not.toHaveProperty("HOME");
  expect(environment).toHaveProperty("X", "1");
});

test("a server that does not come up shows what it said", async () => {
  const failing = startServer({
    command: [process.execPath, "-e", `console.error("no port"); process.exit(3)`],
  });
  await expect(failing).rejects.toThrow(
    /did not start: .*\nexit code 3\n.*before the output ended\nno port/s,
  );
  const silent = startServer({
    command: [process.execPath, "-e", `setTimeout(() => {}, 60000)`],
    within: 100,
  });
  await expect(silent).rejects.toThrow(/within 100 ms\n\(no output\)/);
});

test("a killed server reports the signal, and leftovers end with the run", async () => {
  const killed = await startServer({ command });
  expect(await killed.kill()).toBe(137);
  const left = await startServer({ command });
  clearLeftovers();
  expect(await left.exited).toBe(137);
  expect(existsSync(left.directory)).toBe(false);
});
