import { expect, test } from "bun:test";
import { ApiClient } from "../support/api-client.ts";
import { skipWhen } from "../support/skip-when.ts";
import { socketPath } from "../support/socket-client.ts";
import { startServer } from "../support/start-server.ts";
import { TEST_APPLICATION } from "../support/test-application.ts";
import { noBrowser, openBrowser } from "./chromium.ts";

/** What the page's script leaves in its window. */
interface PageState {
  readonly socket: WebSocket;
  readonly data: string[];
}

test.skipIf(skipWhen(noBrowser !== undefined, `compression: ${noBrowser}`)).each(["shared", "dedicated"])(
  "a browser reads what is compressed, and sends it: %s",
  async (mode) => {
    await using server = await startServer({
      env: { REVERB_COMPRESSION: mode, REVERB_MAX_REQUEST_SIZE: "100000" },
    });
    await using browser = await openBrowser();
    const { page } = browser;
    await page.goto(`${server.url}/up`);
    await page.evaluate((url) => {
      const socket = new WebSocket(url), data: string[] = [];
      socket.onmessage = ({ data: frame }) => {
        const message = JSON.parse(frame as string) as { readonly event: string; readonly data: string };
        if (message.event === "pusher:connection_established") {
          const filler = "x".repeat(2000);
          socket.send(JSON.stringify({ event: "pusher:subscribe", data: { channel: "news", filler } }));
        } else data.push(message.data);
      };
      Object.assign(globalThis, { state: { socket, data } });
    }, server.url.replace("http", "ws") + socketPath(TEST_APPLICATION.key));
    const arrived = (count: number): Promise<unknown> =>
      page.waitForFunction(
        (count) => (globalThis as unknown as { state: PageState }).state.data.length === count,
        count,
      );
    await arrived(1);

    const api = new ApiClient(server), sent: string[] = [];
    for (const length of [1, 300, 20, 1000, 20, 2]) {
      sent.push(JSON.stringify(Array.from({ length }, (_, id) => ({ id, name: "Zoë 😀", total: id * 7 }))));
      await api.trigger("news", "updated", sent.at(-1));
    }
    await arrived(1 + sent.length);
    const { extensions, data } = await page.evaluate(() => {
      const { socket: { extensions }, data } = (globalThis as unknown as { state: PageState }).state;
      return { extensions, data };
    });
    expect(extensions).toContain("permessage-deflate");
    expect(data.slice(1)).toEqual(sent);
  },
);
