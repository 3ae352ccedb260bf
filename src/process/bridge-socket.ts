import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { chmodSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { BridgeOwner } from "../bridge/owner/bridge-owner.ts";
import type { ServerConfig } from "../config/config.ts";
import { errorCode, errorReason } from "../failures/error-reason.ts";
import type { Log } from "../monitoring/log.ts";
import { prepareDirectory } from "./registry/runtime-file.ts";
import { runtimePlaces } from "./registry/runtime-places.ts";

/** Milliseconds between two signs of life. */
const BEAT = 1000;
/** Bytes that the path of a Unix socket has at most, the zero at its end not counted. */
const LONGEST_PATH = 107;
/** What the socket of a bridge is called, with the process that has made it. */
const NAME = /^bridge-(\d+)-[0-9a-f]+\.sock$/;

/**
 * Opens a bridge for other processes of this server, in a folder that is this user's alone: not in Laravel's, whose path may be too
 * long. `sparesOne` as for `Membership`. Resolves with a reason where no folder takes it.
 */
export async function openBridge(
  { cacheMaxEvents, cacheMaxBytes }: Pick<ServerConfig, "cacheMaxEvents" | "cacheMaxBytes">,
  sparesOne: boolean,
  log: Log,
): Promise<BridgeOwner | string> {
  const reasons: string[] = [];
  for (const { directory, ours } of runtimePlaces("/")) {
    if (!ours) continue;
    const path = join(directory, `bridge-${process.pid}-${randomBytes(8).toString("hex")}.sock`);
    try {
      if (Buffer.byteLength(path) > LONGEST_PATH) throw new Error("its path is too long for a Unix socket");
      prepareDirectory(directory);
      removeOld(directory);
      const owner = await BridgeOwner.open({
        path,
        cacheLimits: { maxEvents: cacheMaxEvents, maxBytes: cacheMaxBytes },
        ...{ beat: BEAT, sparesOne },
        now: () => performance.now(),
        warn: (sentence) => log.warning("bridge_lost", sentence),
      });
      chmodSync(path, 0o600);
      return owner;
    } catch (error) {
      reasons.push(`${directory}: ${errorReason(error)}`);
    }
  }
  return reasons.join("; ");
}

/** Removes the sockets of processes that were killed. */
function removeOld(directory: string): void {
  for (const name of readdirSync(directory)) {
    const pid = NAME.exec(name)?.[1];
    if (pid !== undefined && hasEnded(Number(pid))) rmSync(join(directory, name), { force: true });
  }
}

function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errorCode(error) === "ESRCH";
  }
}
