import type { ApplicationConfig } from "../../config/config.ts";
import { apiStringToSign } from "../../protocol/api-signature.ts";
import { hmacSha256Hex } from "../../protocol/signature.ts";

/**
 * The route of a signed call of `/apps/{id}{path}`, as Laravel's client signs it: without a prefix. `now` in seconds since 1970;
 * `bodyMd5` is the digest of the body of a POST, without which it is a GET.
 */
export function signedRoute(
  { id, key, secret }: Pick<ApplicationConfig, "id" | "key" | "secret">,
  path: string,
  now: number,
  bodyMd5?: string,
): string {
  const route = `/apps/${encodeURI(id)}${path}`;
  const parameters = [
    ["auth_key", key],
    ["auth_timestamp", String(Math.floor(now))],
    ["auth_version", "1.0"],
    ...(bodyMd5 === undefined ? [] : [["body_md5", bodyMd5] as const]),
  ] as const;
  const method = bodyMd5 === undefined ? "GET" : "POST";
  const signature = hmacSha256Hex(secret, apiStringToSign(method, route, parameters, bodyMd5));
  const query = [...parameters, ["auth_signature", signature] as const]
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return `${route}?${query}`;
}
