import type { Page } from "playwright-core";
import type { DashboardServer } from "../support/dashboard-client.ts";
import { signChannel } from "../support/sign-channel.ts";
import { connect, type SocketClient } from "../support/socket-client.ts";
import { TEST_APPLICATION } from "../support/test-application.ts";

/** Opens the dashboard of a server and signs in; resolves when the page gets what happens. */
export async function signIn(page: Page, { dashboard }: DashboardServer): Promise<void> {
  await page.goto(`${dashboard.url}/dashboard`);
  await page.getByLabel("Application key").fill(TEST_APPLICATION.key);
  await page.getByLabel("Application secret").fill(TEST_APPLICATION.secret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Live", { exact: true }).waitFor();
}

/** A client of a shop's page that is subscribed to a channel, as a member where a user is given. */
export async function subscriber(
  server: DashboardServer,
  channel: string,
  user?: string,
  info?: unknown,
): Promise<SocketClient> {
  const socket = await connect(server, { headers: { Origin: "https://shop.example" } });
  const id = await socket.established();
  const member = user === undefined ? undefined : JSON.stringify({ user_id: user, user_info: info });
  const auth = signChannel(TEST_APPLICATION, id, channel, member);
  socket.send({
    event: "pusher:subscribe",
    data: { channel, auth, ...(member && { channel_data: member }) },
  });
  await socket.nextEvent("pusher_internal:subscription_succeeded");
  return socket;
}
