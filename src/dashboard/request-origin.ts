/**
 * Why a request that changes something is not taken: it comes from another site, or nobody can tell where it comes from. Browsers
 * say so in headers that no page can set: `Sec-Fetch-Site`, and where that is missing (plain http) `Origin`, whose host must then
 * be the one that the request is for.
 */
export function crossOriginFault(headers: Headers): string | undefined {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" ? undefined : `it comes from another site (${site})`;
  const origin = headers.get("origin"), host = headers.get("host");
  if (origin === null || !URL.canParse(origin)) return "it does not say which site it comes from";
  if (new URL(origin).host === host?.toLowerCase()) return undefined;
  return `its Origin is not the Host that it is for; a proxy must pass the Host on`;
}
