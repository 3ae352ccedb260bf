/** The address of whoever comes through a Unix socket, and the word for it among the trusted proxies. */
export const UNIX_CALLER = "unix";

const SCHEME = "unix:";

/** The path of the Unix socket that a `host` setting names (`unix:/run/resound.sock`); `undefined` for addresses and host names. */
export function unixPath(host: string): string | undefined {
  return host.startsWith(SCHEME) ? host.slice(SCHEME.length) : undefined;
}
