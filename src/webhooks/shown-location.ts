import { shownUrl } from "../config/kinds/webhook-kind.ts";

/** Where a redirect from a URL leads to, as people may read it: who leads from http to https repeats the query, and what is secret in it. */
export function shownLocation(location: string, base: string): string {
  return URL.canParse(location, base) ? shownUrl(new URL(location, base).href).slice(0, 200) : "no URL";
}
