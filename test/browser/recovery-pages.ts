import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type PusherServer from "pusher";
import { ROOT } from "../support/server-target.ts";
import { TEST_APPLICATION } from "../support/test-application.ts";

/** The channels of a page, of every kind; `user` stands for the events of the signed-in user. */
export const CHANNELS = [
  "news",
  "private-news",
  "presence-news",
  "private-encrypted-news",
  "cache-news",
  "user",
] as const;

/** What a page has got: the numbers of the events, by channel, in their order. */
export type Got = Readonly<Record<typeof CHANNELS[number], readonly number[]>>;

const library = (path: string): string => readFileSync(join(ROOT, "node_modules", path), "utf8");

/** A page's script: an untouched pusher-js, or Echo on top of it, that notes what comes. */
function script(port: number, withEcho: boolean): string {
  const options = `{ cluster: "", wsHost: location.hostname, wsPort: ${port}, forceTLS: false,
    enabledTransports: ["ws"], channelAuthorization: { endpoint: "/auth" },
    userAuthentication: { endpoint: "/user" } }`;
  const subscribe = withEcho
    ? `const { wsHost, wsPort, ...rest } = ${options};
      window.echo = new (Echo.default || Echo)({ broadcaster: "reverb", key, wsHost, wsPort, ...rest, Pusher });
      window.pusher = echo.connector.pusher;
      echo.channel("news").listen(".n", note("news"));
      echo.private("news").listen(".n", note("private-news"));
      echo.join("news").listen(".n", note("presence-news"));
      echo.encryptedPrivate("news").listen(".n", note("private-encrypted-news"));
      echo.channel("cache-news").listen(".n", note("cache-news"));`
    : `window.pusher = new Pusher(key, ${options});
      for (const name of ${
      JSON.stringify(CHANNELS.slice(0, -1))
    }) pusher.subscribe(name).bind("n", note(name));`;
  return `const key = "${TEST_APPLICATION.key}";
    window.got = ${JSON.stringify(Object.fromEntries(CHANNELS.map((name) => [name, []])))};
    const note = (name) => ({ n }) => got[name].push(n);
    ${subscribe}
    window.connects = 0;
    pusher.connection.bind("connected", () => connects++);
    pusher.signin();
    pusher.user.bind("n", note("user"));`;
}

/** Serves the pages, and signs for them as an application does. `port` is the one that they connect to. */
export function servePages(sdk: PusherServer, port: number): { readonly port: number; stop(): void } {
  const files: Readonly<Record<string, string>> = {
    "/pusher.js": library("pusher-js/dist/web/pusher-with-encryption.js"),
    "/echo.js": library("laravel-echo/dist/echo.iife.js"),
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url), file = files[pathname];
      if (file !== undefined) return new Response(file, { headers: { "Content-Type": "text/javascript" } });
      if (pathname === "/page") {
        const text = `<!doctype html><title>page</title><script src="/pusher.js"></script>
          <script src="/echo.js"></script><script>${script(port, searchParams.has("echo"))}</script>`;
        return new Response(text, { headers: { "Content-Type": "text/html" } });
      }
      const form = new URLSearchParams(await request.text());
      const socketId = form.get("socket_id") ?? "", channel = form.get("channel_name") ?? "";
      if (pathname === "/user") return Response.json(sdk.authenticateUser(socketId, { id: "7" }));
      if (pathname !== "/auth") return new Response("?", { status: 404 });
      const member = channel.startsWith("presence-") ? { user_id: "7" } : undefined;
      return Response.json(sdk.authorizeChannel(socketId, channel, member));
    },
  });
  return { port: server.port!, stop: () => void server.stop(true) };
}

/** A page that is hidden behind another is not drawn, so that Playwright must not wait for frames. */
const POLLING = { polling: 20 };

/** Waits until a page has connected so many times, and is subscribed to all of its channels. */
export async function untilSubscribed(page: Page, connects: number): Promise<void> {
  const isSubscribed = `connects >= ${connects} && pusher.allChannels().length === ${CHANNELS.length - 1} &&
    pusher.allChannels().every((channel) => channel.subscribed) && pusher.user.serverToUserChannel?.subscribed`;
  await page.waitForFunction(isSubscribed, undefined, POLLING);
}

/** Waits until a page has the event of this number on all channels. */
export async function untilReceived(page: Page, n: number): Promise<void> {
  await page.waitForFunction(`Object.values(got).every((each) => each.includes(${n}))`, undefined, POLLING);
}

/** Publishes an event to all channels. */
export async function publish(sdk: PusherServer, n: number): Promise<void> {
  await Promise.all([
    sdk.trigger(["news", "private-news", "presence-news", "cache-news"], "n", { n }),
    sdk.trigger("private-encrypted-news", "n", { n }),
    sdk.sendToUser("7", "n", { n }),
  ]);
}

/** What is wrong with what a page has got of one channel: numbers that are missing, and how many came twice or out of order. */
export function faultsOf(
  got: readonly number[],
  published: number,
): { readonly missing: readonly number[]; readonly twice: number; readonly disordered: number } {
  const seen = new Set<number>(), missing: number[] = [];
  let twice = 0, disordered = 0, highest = 0;
  for (const n of got) {
    if (seen.has(n)) twice++;
    else if (n !== highest + 1) disordered++;
    seen.add(n);
    highest = Math.max(highest, n);
  }
  for (let n = 1; n <= published; n++) if (!seen.has(n)) missing.push(n);
  return { missing, twice, disordered };
}
