/** Where a bridge is, for the processes that may join it. Goes over a pipe that only they can read, never into a file or a log. */
export interface BridgePlace {
  /** Of its Unix socket. */
  readonly path: string;
  /** Without it the owner answers nothing. */
  readonly secret: string;
}
