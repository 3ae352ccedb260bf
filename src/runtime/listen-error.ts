import { errorCode, errorMessage } from "../failures/error-reason.ts";

/** The address to listen on cannot be had. */
export class ListenError extends Error {
  override readonly name = "ListenError";
  /** The system's code: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`; `UNKNOWN` where there is none. */
  readonly code: string;
  /** What should have listened there. */
  readonly listener: "server" | "metrics" | "dashboard";

  constructor(code: string, message: string, listener: ListenError["listener"] = "server") {
    super(message);
    this.code = code;
    this.listener = listener;
  }
}

/** Listens. What the runtime throws when the address cannot be had becomes a {@link ListenError}. */
export function orListenError<T>(listen: () => T): T {
  try {
    return listen();
  } catch (error) {
    throw new ListenError(errorCode(error) || "UNKNOWN", errorMessage(error));
  }
}
