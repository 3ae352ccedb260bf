/**
 * Why a request that changes something is refused: it comes from another site, or does not show where it comes from; `undefined`
 * when it is not refused. Browsers set the headers for this, and no page can change them: `Sec-Fetch-Site`, and where that is missing
 * (plain http) `Origin`, whose host must be the one that the request is for.
 */
export function crossOriginFault(headers: Headers): string | undefined {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" ? undefined : `it comes from another site (${site})`;
  const origin = headers.get("origin"), host = headers.get("host");
  if (origin === null || !URL.canParse(origin)) return "it does not say which site it comes from";
  if (new URL(origin).host === host?.toLowerCase()) return undefined;
  return "its Origin is not the Host of the request; a proxy must pass the Host header on";
}
