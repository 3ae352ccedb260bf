/** Path and query of a request, exactly as they were sent. */
export interface RequestTarget {
  /** With the server's path prefix. */
  readonly path: string;
  /** Without the question mark; empty when the URL has none. */
  readonly query: string;
}

/** Path and query of a URL, not decoded and not sorted, since the signature covers what was sent. */
export function requestTarget(url: string): RequestTarget {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const question = url.indexOf("?", start);
  if (question === -1) return { path: url.slice(start), query: "" };
  return { path: url.slice(start, question), query: url.slice(question + 1) };
}
