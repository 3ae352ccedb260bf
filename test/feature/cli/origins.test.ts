import { expect, test } from "bun:test";
import { connect } from "../../support/socket-client.ts";
import { type RunningServer, startServer } from "../../support/start-server.ts";

async function answer(server: RunningServer, origin: string): Promise<"accepted" | "refused"> {
  await using client = await connect(server, { headers: { origin } });
  return (await client.next()).includes("connection_established") ? "accepted" : "refused";
}

const APPLICATION =
  "'app_id' => env('REVERB_APP_ID'), 'key' => env('REVERB_APP_KEY'), 'secret' => env('REVERB_APP_SECRET')";

test("REVERB_ALLOWED_ORIGINS closes a server whose config file has no origins", async () => {
  const reverb = `<?php return ['apps' => ['apps' => [[${APPLICATION}]]]];`;
  await using server = await startServer({
    files: { "config/reverb.php": reverb },
    env: { REVERB_ALLOWED_ORIGINS: "https://shop.example:443,bücher.example,::1" },
  });
  for (
    const [origin, expected] of [
      ["https://shop.example", "accepted"],
      ["https://xn--bcher-kva.example", "accepted"],
      ["http://[::1]:5173", "accepted"],
      ["http://shop.example", "refused"],
      ["https://evil.example", "refused"],
    ] as const
  ) expect([origin, await answer(server, origin)]).toEqual([origin, expected]);
});

test("an origin whose variable is not set is left out, and the others stay", async () => {
  const origins = "'allowed_origins' => [env('SHOP_ORIGIN'), 'a.example,b.example']";
  await using server = await startServer({
    files: { "config/reverb.php": `<?php return ['apps' => ['apps' => [\n[${APPLICATION}, ${origins}]]]];` },
  });
  await server.output.waitFor(
    /config\/reverb\.php:2 apps\.apps\.0\.allowed_origins\.0: is empty and left out; set SHOP_ORIGIN/,
  );
  expect(await answer(server, "https://b.example")).toBe("accepted");
  expect(await answer(server, "https://evil.example")).toBe("refused");
});

test("origins in the environment that the config file does not ask for are a warning", async () => {
  await using server = await startServer({
    files: {
      "config/reverb.php":
        `<?php return ['apps' => ['apps' => [[${APPLICATION},\n'allowed_origins' => ['*']]]]];`,
    },
    env: { REVERB_APP_ALLOWED_ORIGINS: "shop.example" },
  });
  await server.output.waitFor(
    /REVERB_APP_ALLOWED_ORIGINS: .*config\/reverb\.php:2 says '\*' without asking for it/,
  );
});
