/** A URL as people may read it: without a user's name and password, and without a query, where tokens stand. It MUST be one. */
export function shownUrl(url: string): string {
  const { protocol, host, pathname, username, password, search } = new URL(url);
  const credentials = username === "" && password === "" ? "" : "••••@";
  return `${protocol}//${credentials}${host}${pathname}${search === "" ? "" : "?••••"}`;
}
