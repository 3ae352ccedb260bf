import type { Config } from "../config/config.ts";
import type { PublicAddress } from "../config/applications/public-address.ts";
import type { PhpAddress } from "../config/laravel/broadcasting-config.ts";
import type { ProbeTarget } from "./probe/probe-target.ts";

/** What the checks that go over the network need to know. */
export interface CheckedServer {
  readonly config: Config;
  readonly publicAddress: PublicAddress;
  /** Where PHP sends its calls; `undefined` where that is the public address, and without a Laravel application. */
  readonly phpAddress?: PhpAddress | undefined;
  /** Milliseconds for one step. */
  readonly timeout: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What the check of the port found, for the checks that follow. */
export interface LocalState {
  /** The server that answers on this machine, `undefined` when none does. */
  readonly target: ProbeTarget | undefined;
  /** Why the server here could not be asked although one is there; `why` follows "no call was made: ". */
  readonly shut?: { readonly why: string; readonly remedy: string };
  /** The `Date` header of the server's answer. */
  readonly date: string | undefined;
}
