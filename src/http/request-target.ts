/** What a request asks for, exactly as it was sent. */
export interface RequestTarget {
  /** With the server's path prefix. */
  readonly path: string;
  /** Without its question mark; empty when there is none. */
  readonly query: string;
}

/** Path and query of a URL, neither decoded nor put in order: a signature covers what was sent. */
export function requestTarget(url: string): RequestTarget {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const question = url.indexOf("?", start);
  if (question === -1) return { path: url.slice(start), query: "" };
  return { path: url.slice(start, question), query: url.slice(question + 1) };
}
