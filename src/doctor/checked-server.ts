import type { Config } from "../config/config.ts";
import type { PublicAddress } from "../config/public-address.ts";
import type { ProbeTarget } from "./probe/probe-target.ts";

/** What the checks that go over the network need to know. */
export interface CheckedServer {
  readonly config: Config;
  readonly publicAddress: PublicAddress;
  /** Milliseconds for one step. */
  readonly timeout: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What a look at this machine showed, for the checks that follow. */
export interface LocalState {
  /** The server that answers here, `undefined` when none does. */
  readonly target: ProbeTarget | undefined;
  /** Why a server that is there could not be asked anything, completing "no call was made: …". */
  readonly shut?: string;
  /** The `Date` header of its answer. */
  readonly date: string | undefined;
}
