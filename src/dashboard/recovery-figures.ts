import type { Hub } from "../hub/hub.ts";
import type { RecoveryFigures } from "./wire.ts";

/** What the page shows of an application's recovery: this node's counts since it started. `null` while the application has recovery off. */
export function recoveryFigures({ application }: Pick<Hub, "application">): RecoveryFigures | null {
  const { settings, counters: { recovery } } = application;
  if (!settings.recovery.enabled) return null;
  // The counters begin with the first client that comes back.
  if (recovery === undefined) return { recovered: 0, replayed: 0, gaps: 0 };
  const gaps = Object.values(recovery.gaps).reduce((total, count) => total + count, 0);
  return { recovered: recovery.recovered, replayed: recovery.replayed, gaps };
}
