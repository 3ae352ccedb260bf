import { Hono } from "hono";
import type PusherServer from "pusher";

/** What the endpoint answers when it is asked for one channel; without an entry it signs. */
export type AuthRule = "forbidden" | "forged";

/** An application's `/broadcasting/auth` and `/broadcasting/user-auth`, on a free port. */
export interface AuthEndpoint extends Disposable {
  /** What pusher-js wants as `channelAuthorization.endpoint`. */
  readonly channelUrl: string;
  /** What pusher-js wants as `userAuthentication.endpoint`. */
  readonly userUrl: string;
  /** Channels that are refused with 403, or signed with a secret that is not the application's. */
  readonly rules: Map<string, AuthRule>;
}

/** Who asks, as the endpoint's session would know it. */
export interface AuthUser {
  readonly id: string;
  readonly watchlist?: readonly string[];
}

/** The headers by which the endpoint knows a user: its stand-in for a session. */
export function authHeaders(user: AuthUser): Record<string, string> {
  return { "X-User": user.id, "X-Watchlist": (user.watchlist ?? []).join(",") };
}

/** The name that the endpoint gives to a user in `user_info`. */
export function userName(id: string): string {
  return `User ${id}`;
}

/** Serves the endpoint; it signs with the server SDK, as an application does. */
export function startAuthEndpoint(sdk: PusherServer): AuthEndpoint {
  const rules = new Map<string, AuthRule>();
  const app = new Hono();
  app.post("/broadcasting/auth", async (context) => {
    const form = new URLSearchParams(await context.req.text());
    const socketId = form.get("socket_id") ?? "", channel = form.get("channel_name") ?? "";
    const rule = rules.get(channel);
    if (rule === "forbidden") return context.json({ message: "Forbidden" }, 403);
    const id = context.req.header("X-User") ?? "1";
    const signed = channel.startsWith("presence-")
      ? sdk.authorizeChannel(socketId, channel, { user_id: id, user_info: { name: userName(id) } })
      : sdk.authorizeChannel(socketId, channel);
    if (rule === "forged") {
      return context.json({ ...signed, auth: signed.auth.replace(/.{64}$/, "0".repeat(64)) });
    }
    return context.json(signed);
  });
  app.post("/broadcasting/user-auth", async (context) => {
    const form = new URLSearchParams(await context.req.text());
    const id = context.req.header("X-User");
    if (id === undefined) return context.json({ message: "Unauthenticated" }, 401);
    const watchlist = (context.req.header("X-Watchlist") ?? "").split(",").filter((each) => each !== "");
    return context.json(
      sdk.authenticateUser(form.get("socket_id") ?? "", { id, user_info: { name: userName(id) }, watchlist }),
    );
  });
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: app.fetch });
  const url = `http://127.0.0.1:${server.port}/broadcasting`;
  return {
    channelUrl: `${url}/auth`,
    userUrl: `${url}/user-auth`,
    rules,
    [Symbol.dispose]: () => void server.stop(true),
  };
}
