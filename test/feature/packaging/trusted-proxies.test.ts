import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer } from "../../support/start-server.ts";

const forwarded = { "X-Forwarded-For": "192.0.2.1, 198.51.100.7" };

test("without trusted proxies the header does not count", async () => {
  await using server = await startServer();
  await fetch(`${server.url}/nothing`, { headers: forwarded });
  expect(await server.output.waitFor("GET /nothing")).toEndWith("(reason=api_not_found address=127.0.0.1)");
});

test("a trusted proxy's header names the client, in the log and in the debug stream", async () => {
  await using server = await startServer({
    env: { REVERB_TRUSTED_PROXIES: "127.0.0.0/8" },
    args: ["--debug"],
  });
  await fetch(`${server.url}/nothing`, { headers: forwarded });
  expect(await server.output.waitFor("Refused: GET /nothing"))
    .toEndWith("(reason=api_not_found address=198.51.100.7)");
  await new ApiClient(server).get("/channels", {}, { headers: forwarded });
  await server.output.waitFor(/⇒ api 198\.51\.100\.7 +GET \/apps\/app-id\/channels 200/);
  const client = await connect(server, { headers: forwarded });
  await client.established();
  await server.output.waitFor("connected from 198.51.100.7");
  await client.close();
});

test("trusted proxies that are no addresses are refused at start", async () => {
  await expect(startServer({ env: { REVERB_TRUSTED_PROXIES: "127.0.0.1,*" } })).rejects
    .toThrow(/environment variable REVERB_TRUSTED_PROXIES: expected a list of IP addresses, ranges such as/);
});

test("a reload brings other trusted proxies", async () => {
  const config = (proxies: string): string =>
    `[server]\ntrusted_proxies = [${proxies}]\n[[apps]]\napp_id = "a"\nkey = "k"\nsecret = "s"\n`;
  await using server = await startServer({ files: { "resound.toml": config("") } });
  await fetch(`${server.url}/before`, { headers: forwarded });
  expect(await server.output.waitFor("GET /before")).toContain("address=127.0.0.1");
  await Bun.write(`${server.directory}/resound.toml`, config('"127.0.0.1"'));
  process.kill(server.pid, "SIGHUP");
  await server.output.waitFor("was read again");
  await fetch(`${server.url}/after`, { headers: forwarded });
  expect(await server.output.waitFor("GET /after")).toContain("address=198.51.100.7");
});
