import type { Context } from "hono";
import type { DashboardBindings, DashboardServices } from "./dashboard-services.ts";
import { SESSION_SECONDS } from "./session-token.ts";

const NAME = "resound_dashboard";

/** Where and how a browser sends the cookie. */
export interface CookieScope {
  /** The dashboard's path, with the server's prefix. */
  readonly path: string;
  /** Whether the browser sends it over https only. */
  readonly secure: boolean;
}

/** The scope of the cookie that answers a request. It is limited to https when the browser used https. */
export function cookieScope(
  { req, env }: Context<DashboardBindings>,
  { path }: DashboardServices,
): CookieScope {
  return { path, secure: req.url.startsWith("https:") || env.caller.cameByHttps === true };
}

/** The session's token in a `Cookie` header; `undefined` when there is none. */
export function tokenOf(cookies: string | null): string | undefined {
  for (const cookie of cookies?.split(";") ?? []) {
    const [name, value] = cookie.split("=", 2);
    if (name?.trim() === NAME) return value?.trim();
  }
  return undefined;
}

/** The `Set-Cookie` header with which a browser keeps a token. */
export function sessionCookie(token: string, scope: CookieScope): string {
  return cookie(`${NAME}=${token}`, SESSION_SECONDS, scope);
}

/** The `Set-Cookie` header with which a browser deletes the token. */
export function endedCookie(scope: CookieScope): string {
  return cookie(`${NAME}=`, 0, scope);
}

function cookie(pair: string, seconds: number, { path, secure }: CookieScope): string {
  const text = `${pair}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Strict`;
  return secure ? `${text}; Secure` : text;
}
