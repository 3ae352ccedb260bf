import type { ApplicationConfig } from "../../config/config.ts";
import { apiStringToSign } from "../../protocol/api-signature.ts";
import { hmacSha256Hex } from "../../protocol/signature.ts";

/** The route of a signed `GET /apps/{id}{path}`, as Laravel's client signs it: without a prefix. `now` in seconds since 1970. */
export function signedRoute(
  { id, key, secret }: Pick<ApplicationConfig, "id" | "key" | "secret">,
  path: string,
  now: number,
): string {
  const route = `/apps/${encodeURI(id)}${path}`;
  const parameters = [
    ["auth_key", key],
    ["auth_timestamp", String(Math.floor(now))],
    ["auth_version", "1.0"],
  ] as const;
  const signature = hmacSha256Hex(secret, apiStringToSign("GET", route, parameters, undefined));
  const query = [...parameters, ["auth_signature", signature] as const]
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return `${route}?${query}`;
}
