import type { Context } from "hono";
import type { DashboardBindings, DashboardServices } from "./dashboard-services.ts";
import type { CookieScope } from "./session-cookie.ts";

/** Where a request's cookie belongs. It is kept to https when the browser came by https. */
export function cookieScope(
  { req, env }: Context<DashboardBindings>,
  { path }: DashboardServices,
): CookieScope {
  return { path, secure: req.url.startsWith("https:") || env.caller.cameByHttps === true };
}
