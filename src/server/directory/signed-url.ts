import { createHmac } from "node:crypto";
import type { ApplicationName } from "../../hub/applications/application-lookup.ts";

/** Seconds for which a signed URL may be used. */
const LIFE = 60;

/**
 * The URL that asks for an application, signed as Laravel's `URL::temporarySignedRoute(…, absolute: false)` signs it: so the route needs
 * the middleware `signed:relative` and nothing else. `now` is in seconds since 1970.
 */
export function signedUrl(url: string, { by, value }: ApplicationName, secret: string, now: number): string {
  const { origin, pathname, search, username, password } = new URL(url);
  const asked = `${by}=${encodeURIComponent(value)}&expires=${Math.floor(now) + LIFE}`;
  const query = search === "" ? asked : `${search.slice(1)}&${asked}`;
  // Laravel leaves out a slash at the end of the path.
  const path = `/${pathname.replace(/^\/+|\/+$/g, "")}`;
  const signature = createHmac("sha256", secret).update(`${path}?${query}`).digest("hex");
  const credentials = username === "" ? "" : `${username}:${password}@`;
  return `${origin.replace("://", `://${credentials}`)}${pathname}?${query}&signature=${signature}`;
}
