import { expect, test } from "bun:test";
import { ApiClient } from "../support/api-client.ts";
import { AnsweringReceiver } from "../support/answering-receiver.ts";
import { eventually } from "../support/eventually.ts";
import { ReturningPeer } from "../support/returning-peer.ts";
import { skipWhen } from "../support/skip-when.ts";
import { connect } from "../support/socket-client.ts";
import { startWithDashboard } from "../support/dashboard-client.ts";
import { TEST_APPLICATION } from "../support/test-application.ts";
import { noBrowser, openBrowser } from "./chromium.ts";
import { useDashboard } from "../support/use-server.ts";

import { signIn, subscriber } from "./dashboard-page.ts";

const browserTest = test.skipIf(skipWhen(noBrowser !== undefined, noBrowser ?? ""));
const server = useDashboard();

browserTest("one signs in after a wrong secret, sees a connection appear, and signs out", async () => {
  await using browser = await openBrowser();
  const { page, complaints } = browser;
  await page.goto(`${server.dashboard.url}/dashboard`);
  await page.getByLabel("Application key").fill(TEST_APPLICATION.key);
  await page.getByLabel("Application secret").fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText("not those of an application").waitFor();
  expect(await page.getByLabel("Application key").inputValue()).toBe(TEST_APPLICATION.key);
  // The browser itself notes the status 401.
  await eventually(() => complaints.length, (count) => count > 0);
  expect(complaints.splice(0)).toHaveLength(1);
  await page.getByLabel("Application secret").fill(TEST_APPLICATION.secret);
  await page.keyboard.press("Enter");
  await page.getByText("Live", { exact: true }).waitFor();

  await page.getByRole("link", { name: "Connections" }).click();
  await page.getByText("No connection yet.").waitFor();
  await using socket = await subscriber(server, "orders");
  const row = page.getByRole("row").filter({ hasText: "orders" });
  await row.getByText("https://shop.example").waitFor();
  await page.locator("#tile-connections").getByText("1", { exact: true }).waitFor();
  expect(await row.textContent()).toContain("127.0.0.1");
  await socket[Symbol.asyncDispose]();
  await page.getByText("No connection yet.").waitFor();

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Application secret").waitFor();
  await page.goBack();
  await page.getByLabel("Application secret").waitFor();
  expect(complaints).toEqual([]);
});

browserTest("events are watched, filtered, expanded, held back while one reads, and sent", async () => {
  await using browser = await openBrowser();
  const { page, complaints } = browser;
  await new ApiClient(server).trigger("private-orders", "Before", "x");
  await signIn(page, server);
  await page.getByRole("link", { name: "Console" }).click();
  await page.locator(".entry").filter({ hasText: "Before" }).getByText("0 subscribers").waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("Nothing has happened yet").waitFor();
  await using socket = await subscriber(server, "private-orders");
  const entries = page.locator(".entry:visible");
  await entries.filter({ hasText: "subscribed" }).getByText("private-orders").waitFor();

  await page.getByLabel("Channel", { exact: true }).fill("private-orders");
  await page.getByLabel("Event", { exact: true }).fill("OrderShipped");
  await page.getByLabel("Data", { exact: true }).fill('{"order":{"id":7}}');
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText(/^Sent to private-orders at \d\d:\d\d:\d\d UTC\S*: 1 subscriber\.$/).waitFor();
  expect(await socket.next()).toBe(
    '{"event":"OrderShipped","data":"{\\"order\\":{\\"id\\":7}}","channel":"private-orders"}',
  );
  const event = entries.filter({ hasText: "OrderShipped" });
  await event.getByText("1 subscriber", { exact: true }).waitFor();
  expect(await event.locator("time").textContent()).toMatch(/^\d\d:\d\d:\d\d\.\d{3} UTC/);
  await event.locator("summary").click();
  await event.locator("pre").waitFor();
  expect(await event.locator("pre").textContent()).toBe('{\n  "order": {\n    "id": 7\n  }\n}');

  await page.getByLabel("Data", { exact: true }).fill(" ");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("The data field is required.").waitFor();
  // The browser notes the status 422.
  await eventually(() => complaints.length, (count) => count > 0);
  expect(complaints.splice(0)).toHaveLength(1);

  await page.getByLabel("connected", { exact: true }).uncheck();
  await page.getByLabel("subscribed", { exact: true }).uncheck();
  expect(await entries.count()).toBe(1);
  await page.getByLabel("Filter by channel, event or connection").fill("nothing like it");
  await page.getByText("No event matches the filter.").waitFor();
  await page.getByLabel("Filter by channel, event or connection").fill("");

  await page.getByRole("button", { name: "Pause" }).click();
  socket.send({ event: "client-typing", channel: "private-orders", data: { typing: true } });
  await page.getByText("Paused: 1 waiting.").waitFor();
  expect(await entries.count()).toBe(1);
  await page.getByRole("button", { name: "Resume" }).click();
  await entries.filter({ hasText: "client-typing" }).waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("Nothing has happened").waitFor();

  const auth = `${TEST_APPLICATION.key}:${"ab".repeat(32)}`;
  socket.send({ event: "pusher:subscribe", data: { channel: "private-other", auth } });
  await entries.filter({ hasText: "refused" }).getByText("cause").click();
  await entries.getByText("an application with another secret").waitFor();
  await page.getByRole("button", { name: "Refused" }).click();
  const refusals = page.getByRole("dialog");
  await refusals.getByText('channel "private-other"').waitFor();
  await refusals.getByText("an application with another secret").waitFor();
  await refusals.getByText("php artisan config:clear").waitFor();
  // It follows what happens while it is open.
  socket.send({ event: "client-x", channel: "private-missing", data: {} });
  await refusals.getByText("not a member").waitFor();
  await page.keyboard.press("Escape");
  expect(complaints).toEqual([]);
});

browserTest(
  "a channel's window shows its events and members, and sends to it; a user is ended from the list",
  async () => {
    await using browser = await openBrowser();
    const { page, complaints } = browser;
    await signIn(page, server);
    await new ApiClient(server).trigger("news", "Elsewhere", "x");
    await using socket = await subscriber(server, "presence-room", "anna", { name: "Anna", team: ["red"] });
    await page.getByRole("link", { name: "Channels" }).click();
    await page.getByRole("button", { name: "presence-room" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Users: 1").waitFor();
    await dialog.getByRole("listitem").getByText("anna", { exact: true }).first().waitFor();
    await dialog.getByText('{"name":"Anna"').first().click();
    expect(await dialog.locator("pre").textContent()).toBe(
      '{\n  "name": "Anna",\n  "team": [\n    "red"\n  ]\n}',
    );
    await dialog.getByLabel("Event", { exact: true }).fill("Hello");
    await dialog.getByRole("button", { name: "Send" }).click();
    await dialog.getByText(/^Sent to presence-room at .*: 1 subscriber\.$/).waitFor();
    await dialog.locator(".entry").filter({ hasText: "Hello" }).getByText("1 subscriber").waitFor();
    expect(await dialog.locator(".entry").filter({ hasText: "Elsewhere" }).count()).toBe(0);
    expect(await socket.next()).toContain('"event":"Hello"');
    // A refusal that concerns the channel, too.
    socket.send({
      event: "pusher:subscribe",
      data: { channel: "presence-room", auth: "wrong", channel_data: "{}" },
    });
    await dialog.locator(".entry").filter({ hasText: "subscription unauthorized" }).waitFor();
    // Another member is seen while the window is open.
    const bob = await subscriber(server, "presence-room", "bob");
    await dialog.getByText("Users: 2").waitFor();
    await dialog.locator(".entry").filter({ hasText: "subscribed" }).nth(1).waitFor();
    await bob[Symbol.asyncDispose]();
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Connections" }).click();
    await page.getByRole("button", { name: "End all connections of anna" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "End all connections of anna" }).click();
    await page.getByRole("button", { name: "End all connections", exact: true }).click();
    expect((await socket.closed).code).toBe(4009);
    await page.getByText("No connection yet.").waitFor();
    expect(complaints).toEqual([]);
  },
);

browserTest(
  "the overview shows the URLs of webhooks without secrets, their counts and those of recovery",
  async () => {
    using receiver = new AnsweringReceiver();
    const url = (path: string): string => `http://user:secret@127.0.0.1:${receiver.port}${path}`;
    const env = {
      REVERB_WEBHOOK_URL: `${url("/taken")},${url("/500?token=secret")}`,
      REVERB_WEBHOOK_EVENTS: "channel_occupied",
      REVERB_APP_RECOVERY_ENABLED: "true",
      REVERB_APP_RECOVERY_MAX_EVENTS: "1",
    };
    await using watched = await startWithDashboard({ env });
    await using browser = await openBrowser();
    const { page, complaints } = browser;
    await signIn(page, watched);
    const card = page.locator("#webhooks-card");
    await card.getByText(`http://••••@127.0.0.1:${receiver.port}/500?••••`).waitFor();
    await card.getByText("Events: 0 accepted, 0 waiting, 0 dropped. Requests that failed: 0.").waitFor();
    await using socket = await connect(watched);
    await socket.established();
    socket.send({ event: "pusher:subscribe", data: { channel: "orders" } });
    await card.getByText("it answered 500").waitFor();
    await card.getByText(/^Events: 1 accepted, 1 waiting, 0 dropped/).waitFor();
    const rows = card.locator("tbody tr");
    expect(await rows.nth(0).textContent()).toContain("no failure");
    expect(await rows.nth(1).textContent()).toContain("failing");
    expect(await page.content()).not.toContain("secret@");

    const recovery = page.locator("#recovery-card");
    await recovery.getByText("Recovered subscriptions: 0 · replayed events: 0 · gaps: 0").waitFor();
    const api = new ApiClient(watched);
    using peer = await ReturningPeer.connect(watched);
    await peer.subscribed("orders");
    // What the server has not read is gone with the connection.
    await peer.roundTrip();
    peer.cut();
    await api.trigger("orders", "n", 1);
    using back = await ReturningPeer.connect(watched, { jar: peer.jar });
    back.subscribe("orders");
    await recovery.getByText("Recovered subscriptions: 1 · replayed events: 1 · gaps: 0").waitFor();
    await back.take(2);
    await back.acknowledge();
    await back.roundTrip();
    back.cut();
    // The log has room for one of them.
    for (const number of [2, 3]) await api.trigger("orders", "n", number);
    using late = await ReturningPeer.connect(watched, { jar: peer.jar });
    late.subscribe("orders");
    await recovery.locator("[data-state=degraded]").getByText("gaps: 1").waitFor();
    expect(complaints).toEqual([]);
  },
);

browserTest("an application without webhooks and recovery is shown nothing of them", async () => {
  await using browser = await openBrowser();
  await signIn(browser.page, server);
  expect(await browser.page.locator("#webhooks-card").isHidden()).toBe(true);
  expect(await browser.page.locator("#recovery-card").isHidden()).toBe(true);
});
