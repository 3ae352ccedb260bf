import { readFileSync } from "node:fs";
import { join } from "node:path";
import type PusherServer from "pusher";
import { ROOT } from "../support/server-target.ts";
import { TEST_APPLICATION } from "../support/test-application.ts";
import { type BrowserPage, untilTrue } from "./browser-page.ts";

/** The channels of a page, of every kind; `user` stands for the events of the signed-in user, `whisper` for another client's events. */
export const CHANNELS = [
  "news",
  "private-news",
  "presence-news",
  "private-encrypted-news",
  "cache-news",
  "user",
] as const;

/** What a page has got: the numbers of the events, by channel, in their order. */
export type Got = Readonly<Record<typeof CHANNELS[number] | "whisper", readonly number[]>>;

/** What a page uses, untouched. */
export type Library = "pusher-js 8" | "pusher-js 7" | "Echo";

/** Where a page connects to. */
export interface PageTarget {
  /** A page may name another one: `?port=`. */
  readonly port: number;
  readonly isSecure?: boolean;
}

const library = (path: string): string => readFileSync(join(ROOT, "node_modules", path), "utf8");

/** A page's script: an untouched library that notes what comes. */
function script({ port, isSecure = false }: PageTarget, host: string | null, used: Library): string {
  const options = `{ cluster: "", wsHost: ${host === null ? "location.hostname" : JSON.stringify(host)},
    wsPort: ${port}, wssPort: ${port}, forceTLS: ${isSecure}, enabledTransports: ["ws", "wss"],
    channelAuthorization: { endpoint: "/auth" }, userAuthentication: { endpoint: "/user" } }`;
  const subscribe = used === "Echo"
    ? `const { wsHost, wsPort, ...rest } = ${options};
      window.echo = new (Echo.default || Echo)({ broadcaster: "reverb", key, wsHost, wsPort, ...rest, Pusher });
      window.pusher = echo.connector.pusher;
      echo.channel("news").listen(".n", note("news"));
      echo.private("news").listen(".n", note("private-news")).listenForWhisper("n", note("whisper"));
      echo.join("news").listen(".n", note("presence-news"));
      echo.encryptedPrivate("news").listen(".n", note("private-encrypted-news"));
      echo.channel("cache-news").listen(".n", note("cache-news"));`
    : `window.pusher = new Pusher(key, ${options});
      for (const name of ${
      JSON.stringify(CHANNELS.slice(0, -1))
    }) pusher.subscribe(name).bind("n", note(name));
      pusher.channel("private-news").bind("client-n", note("whisper"));`;
  return `const key = "${TEST_APPLICATION.key}";
    window.got = ${JSON.stringify(Object.fromEntries([...CHANNELS, "whisper"].map((name) => [name, []])))};
    window.gaps = [];
    const note = (name) => ({ n }) => got[name].push(n);
    ${subscribe}
    window.connects = 0;
    pusher.connection.bind("connected", () => connects++);
    pusher.signin();
    pusher.user.bind("n", note("user"));
    // To an encrypted channel pusher-js gives encrypted events alone, and others to the client.
    let heard = 0;
    const tell = (channel) => ({ reason }) => heard = gaps.push({ channel, reason, connects });
    for (const channel of pusher.allChannels()) channel.bind("resound:gap", tell(channel.name));
    pusher.user.bind("resound:gap", tell("user"));
    pusher.bind("resound:gap", (gap) => heard > 0 ? heard = 0 : tell("private-encrypted-news")(gap) && (heard = 0));`;
}

/** Serves pages, `/page?library=…`, which connect to their own host or the one in `?host=`, and signs for them as an application does. */
export function servePages(
  sdk: PusherServer,
  target: PageTarget,
  tls?: { readonly cert: string; readonly key: string },
): { readonly port: number; stop(): void } {
  const files: Readonly<Record<string, string>> = {
    "/pusher-js%208.js": library("pusher-js/dist/web/pusher-with-encryption.min.js"),
    "/pusher-js%207.js": library("pusher-js-7/dist/web/pusher-with-encryption.min.js"),
    "/echo.js": library("laravel-echo/dist/echo.iife.js"),
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    ...(tls === undefined ? {} : { tls }),
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url), file = files[pathname];
      if (file !== undefined) return new Response(file, { headers: { "Content-Type": "text/javascript" } });
      if (pathname === "/page") {
        const used = searchParams.get("library") as Library;
        const text = `<!doctype html><title>${used}</title>
          <script src="/${used === "Echo" ? "pusher-js 8" : used}.js"></script>
          ${used === "Echo" ? '<script src="/echo.js"></script>' : ""}<script>${
          script(
            { ...target, port: Number(searchParams.get("port") ?? target.port) },
            searchParams.get("host"),
            used,
          )
        }</script>`;
        return new Response(text, { headers: { "Content-Type": "text/html" } });
      }
      if (pathname === "/empty") {
        return new Response("<!doctype html>", { headers: { "Content-Type": "text/html" } });
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

/** Waits until a page has connected so many times, and is subscribed to all of its channels. */
export async function untilSubscribed(page: BrowserPage, connects: number): Promise<void> {
  await untilTrue(
    page,
    `connects >= ${connects} && pusher.allChannels().length === ${CHANNELS.length - 1} &&
    pusher.allChannels().every((channel) => channel.subscribed) && pusher.user.serverToUserChannel?.subscribed`,
  );
}

/** Waits until a page has the event of this number on all channels. */
export async function untilReceived(page: BrowserPage, n: number): Promise<void> {
  await untilTrue(
    page,
    `Object.entries(got).every(([name, each]) => name === "whisper" || each.includes(${n}))`,
  );
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
