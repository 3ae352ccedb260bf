import { dirname } from "node:path";
import type { ServerConfig } from "../config/config.ts";
import { unixPath } from "../config/unix-path.ts";
import type { ListenError } from "../runtime/runtime.ts";

/** Says to the operator why the server cannot listen, and the way out. */
export function listenFailure(error: ListenError, { host, port }: ServerConfig): string {
  const path = unixPath(host);
  return path === undefined ? addressFailure(error, host, port) : socketFailure(error, path);
}

function addressFailure({ code, message }: ListenError, host: string, port: number): string {
  switch (code) {
    case "EADDRINUSE":
      return `Cannot listen on ${host}:${port}: the port is taken. Stop whatever listens there, ` +
        `or choose another with --port or REVERB_SERVER_PORT.`;
    case "EACCES":
      return `Cannot listen on ${host}:${port}: permission denied. Ports below 1024 need a privileged user; ` +
        `choose a higher one with --port or REVERB_SERVER_PORT.`;
    case "EADDRNOTAVAIL":
      return `Cannot listen on ${host}:${port}: this machine has no such address (--host, REVERB_SERVER_HOST).`;
    default:
      return `Cannot listen on ${host}:${port}: ${message}`;
  }
}

function socketFailure({ code, message }: ListenError, path: string): string {
  switch (code) {
    case "EADDRINUSE":
      return `Cannot listen on unix:${path}: a server answers there, or the file is no socket. Stop that server, ` +
        `remove the file, or choose another path with --host or REVERB_SERVER_HOST.`;
    case "EACCES":
    case "EPERM":
      return `Cannot listen on unix:${path}: permission denied. The user of this server must be able to write to ` +
        `the folder ${dirname(path)}.`;
    case "ENOENT":
      return `Cannot listen on unix:${path}: there is no folder ${dirname(path)}. Create it, ` +
        `or choose another path with --host or REVERB_SERVER_HOST.`;
    // Deno reports a path that does not fit into a socket's address as an invalid argument.
    case "ENAMETOOLONG":
    case "EINVAL":
      return `Cannot listen on unix:${path}: the path is too long; about 100 bytes are allowed ` +
        `(--host, REVERB_SERVER_HOST).`;
    default:
      return `Cannot listen on unix:${path}: ${message}`;
  }
}
