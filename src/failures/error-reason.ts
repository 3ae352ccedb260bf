/** What the system's error codes mean, for people. Follows "Cannot read /a/file: ", so without a capital and a full stop. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "no such file",
  ENOTDIR: "a file stands where the path needs a folder",
  EISDIR: "it is a folder",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EADDRINUSE: "the port is taken",
  EADDRNOTAVAIL: "this machine has no such address",
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was closed without an answer",
  EPIPE: "the connection was closed without an answer",
  ETIMEDOUT: "no answer came",
  EHOSTUNREACH: "the machine cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ENOTFOUND: "the host name is not known here",
  EAI_NONAME: "the host name is not known here",
  EAI_NODATA: "the host name has no address",
  EAI_AGAIN: "the host name cannot be looked up now",
};

/** The words for a code of the system; `undefined` for a code that has none. */
export function systemWords(code: string): string | undefined {
  return WORDS[code];
}

/** The code of an error, the system's (`EACCES`) or the runtime's own; empty where it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** What was thrown says of itself. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why something failed, for people: the words for the system's code, else the error's own message. */
export function errorReason(error: unknown): string {
  return systemWords(errorCode(error)) ?? errorMessage(error);
}
