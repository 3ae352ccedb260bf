import { expect, test } from "bun:test";
import { ApiClient } from "../support/api-client.ts";
import { freePort } from "../support/free-port.ts";
import { skipWhen } from "../support/skip-when.ts";
import { startWithDashboard } from "../support/dashboard-client.ts";
import { noBrowser, openBrowser } from "./chromium.ts";
import { useDashboard } from "../support/use-server.ts";

import { signIn, subscriber } from "./dashboard-page.ts";

const HOSTILE_CHANNEL = "<img src=x onerror=alert(1)>";
const HOSTILE_DATA = {
  html: "</script><img src=x onerror=alert(2)>",
  rtl: "\u202Eevil",
  auth: `k:${"ab".repeat(32)}`,
};

const browserTest = test.skipIf(skipWhen(noBrowser !== undefined, noBrowser ?? ""));
const server = useDashboard();

/** What is measured of an element of the page. */
interface Measured {
  readonly offsetTop: number;
  readonly scrollWidth: number;
  readonly clientWidth: number;
}

browserTest("hostile names and payloads are text everywhere", async () => {
  await using browser = await openBrowser();
  const { page, complaints } = browser;
  await signIn(page, server);
  await page.getByRole("link", { name: "Console" }).click();
  await using socket = await subscriber(server, HOSTILE_CHANNEL);
  await new ApiClient(server).trigger(HOSTILE_CHANNEL, "</li><script>alert(3)</script>", HOSTILE_DATA);
  socket.send({ event: "client-<script>alert(4)</script>", channel: HOSTILE_CHANNEL, data: HOSTILE_DATA });
  const event = page.locator(".entry").filter({ hasText: "</li><script>alert(3)</script>" });
  await event.locator("summary").click();
  const shown = await event.locator("pre").textContent();
  expect(JSON.parse(shown!)).toEqual({ ...HOSTILE_DATA, auth: "…" });
  // The override is shown, not obeyed.
  expect(shown).toContain("\\u202eevil");
  await page.locator(".entry").filter({ hasText: "client-<script>" }).waitFor();
  await page.getByRole("link", { name: "Channels" }).click();
  await page.getByRole("button", { name: HOSTILE_CHANNEL }).click();
  await page.getByRole("dialog").getByText(HOSTILE_CHANNEL).waitFor();
  await page.getByRole("dialog").getByText("Connections: 1").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Connections" }).click();
  await page.getByRole("cell", { name: HOSTILE_CHANNEL }).waitFor();
  expect(await page.locator("main img, main script, dialog img, dialog script").count()).toBe(0);
  expect(complaints).toEqual([]);
});

browserTest(
  "the page reconnects by itself after a restart, and asks to sign in when the session has ended",
  async () => {
    await using browser = await openBrowser();
    const { page } = browser;
    // No other test is given the port while no server has it.
    const env = { REVERB_DASHBOARD_PORT: String(await freePort()) };
    const first = await startWithDashboard({ env });
    await signIn(page, first);
    await first.stop();
    await page.getByText("Reconnecting…").waitFor();
    const second = await startWithDashboard({ env });
    await page.getByText("Live", { exact: true }).waitFor();
    await second.stop();
    await page.getByText("Reconnecting…").waitFor();
    await using _third = await startWithDashboard({ env: { ...env, REVERB_APP_SECRET: "rotated" } });
    await page.getByLabel("Application secret").waitFor();
  },
);

for (
  const [name, size] of [["phone", { width: 360, height: 740 }], ["wide screen", {
    width: 1600,
    height: 900,
  }]] as const
) {
  browserTest(`nothing is cut off or scrolls sideways on a ${name}, in light and dark`, async () => {
    await using browser = await openBrowser(size);
    const { page, complaints } = browser;
    await using _anna = await subscriber(server, "presence-room", "anna");
    await using _long = await subscriber(server, "x".repeat(190));
    await signIn(page, server);
    await page.locator(".u-legend").first().waitFor();
    const tiles = await page.locator(".tile").evaluateAll((all) =>
      (all as unknown as Measured[]).map((
        { offsetTop, scrollWidth, clientWidth },
      ) => [offsetTop, scrollWidth - clientWidth])
    );
    // One row, and no label or number is wider than its tile.
    expect([tiles.length, new Set(tiles.map(String)).size, tiles[0]?.[1]]).toEqual([6, 1, 0]);
    for (const theme of ["Dark", "Light"]) {
      await page.getByLabel("Colours").selectOption(theme);
      const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      expect(background).toBe(theme === "Dark" ? "rgb(14, 19, 25)" : "rgb(245, 246, 248)");
      // The charts are drawn on a canvas, which takes plain colours only.
      const line = await page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--first')",
      );
      expect(String(line).trim()).toBe(theme === "Dark" ? "#2dbfae" : "#0f766e");
      for (const view of ["Overview", "Console", "Channels", "Connections"]) {
        await page.getByRole("link", { name: view }).click();
        await page.getByRole("heading", { name: view === "Console" ? "Live events" : view, level: 1 })
          .waitFor({
            state: view === "Overview" ? "attached" : "visible",
          });
        if (view === "Channels" || view === "Connections") {
          await page.locator("section:not([hidden])").getByText("presence-room").first().waitFor();
        }
        expect(
          await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
        ).toBe(0);
      }
    }
    // The choice is kept in the browser.
    await page.reload();
    expect(await page.getByLabel("Colours").inputValue()).toBe("light");
    expect(complaints).toEqual([]);
  });
}
