import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { socketPath } from "../../support/socket-client.ts";
import { startServer } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { succeeded, UNKNOWN_APPLICATION } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer({ env: { REVERB_SERVER_PATH: "/ws/reverb" } });

test("clients connect below the configured path and hear what is published there", async () => {
  await using peer = await Peer.connect(server, { path: `/ws/reverb${socketPath("app-key")}` });
  expect(await peer.subscribe("orders")).toBe(succeeded("orders"));
  const api = new ApiClient(server, TEST_APPLICATION, "/ws/reverb");
  expect((await api.trigger("orders", "shipped", "{}")).status).toBe(200);
  expect(await peer.next()).toBe('{"event":"shipped","data":"{}","channel":"orders"}');
});

test.each(["", "/ws", "/reverb", "/ws/reverb/more", "/WS/reverb", "/ws/reverbx"])(
  "below %j there is no WebSocket",
  async (prefix) => {
    const raw = await RawSocket.open(server);
    expect((await raw.upgrade({ path: prefix + socketPath("app-key") })).status).toBe(404);
    raw.destroy();
  },
);

test("an unknown key below the path is told so", async () => {
  const raw = await RawSocket.open(server);
  await raw.upgrade({ path: "/ws/reverb/app/unknown" });
  expect(await raw.readClose()).toMatchObject({ code: 4001, texts: [UNKNOWN_APPLICATION] });
  raw.destroy();
});

test("the path may be given as an argument, with or without slashes", async () => {
  await using other = await startServer({ args: ["--path", "sockets/"] });
  await using peer = await Peer.connect(other, { path: `/sockets${socketPath("app-key")}` });
  await peer.expectSilence();
});
