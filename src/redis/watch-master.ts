import type { RedisAddress } from "../config/config.ts";
import { addressName } from "./cluster-slots.ts";
import { findMaster } from "./find-master.ts";
import type { PairOptions } from "./redis-pair.ts";

/** Milliseconds between two questions. */
const INTERVAL = 1000;

/**
 * Asks the Sentinels now and then whether the master is still the one; calls `changed` once when it is not. They demote the old one only
 * seconds after they chose the new, and until then it accepts commands that the new one will never have. Returns what ends the watch.
 */
export function watchMaster(
  options: PairOptions,
  current: RedisAddress,
  changed: (master: RedisAddress) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined, ended = false;
  const ask = async (): Promise<void> => {
    // While no Sentinel answers the master that works is as good as any.
    const master = await findMaster(options).catch(() => current);
    if (ended) return;
    if (addressName(master) !== addressName(current)) return changed(master);
    timer = setTimeout(ask, INTERVAL);
  };
  timer = setTimeout(ask, INTERVAL);
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
