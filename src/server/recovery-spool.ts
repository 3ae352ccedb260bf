import type { HubRegistry } from "../hub/hub-registry.ts";
import { readRecoveryState, type RecoveryState } from "../hub/recovery/recovery-state.ts";
import type { Log } from "../monitoring/log.ts";

/** A place that outlives this process. */
export interface RecoverySpool {
  /** Keeps a text. MUST NOT reject. */
  put(text: string): Promise<
    { readonly kept: true; readonly place: string } | { readonly kept: false; readonly reason: string }
  >;
  /** Removes the texts and returns them; each goes to one server only. MUST NOT reject. */
  take(): Promise<readonly { readonly text: string; setAside(): Promise<string> }[]>;
}

/** The version of this format; texts of another version are not read. */
const VERSION = 1;

/**
 * Leaves to the next server of this folder what clients may come back for: the only server there is, stopped and started again. What
 * cannot be kept is a gap, which the next server tells them.
 */
export async function leaveRecovery(hubs: HubRegistry, spool: RecoverySpool, log: Log): Promise<void> {
  const applications: [id: string, state: RecoveryState][] = [];
  for (const { application, recovery } of hubs) {
    const state = recovery?.save();
    if (state !== undefined) applications.push([application.id, state]);
  }
  if (applications.length === 0) return;
  const outcome = await spool.put(`${JSON.stringify({ version: VERSION, applications })}\n`);
  if (outcome.kept) return;
  const message =
    `What clients have missed cannot be left to the next server: ${outcome.reason}. They will hear that there is a gap`;
  log.warning("recovery_spool", message);
}

/** Takes over what an earlier server has left. `know` looks up applications that are not known yet. */
export async function takeRecovery(
  hubs: HubRegistry,
  spool: RecoverySpool,
  log: Log,
  know?: (ids: readonly string[]) => Promise<void>,
): Promise<void> {
  if (know === undefined && [...hubs].every(({ recovery }) => recovery === undefined)) return;
  for (const { text, setAside } of await spool.take()) {
    const applications = read(text);
    if (applications === undefined) {
      const message =
        `What an earlier server left for clients that come back is damaged, and is now at ${await setAside()}`;
      log.warning("recovery_spool", message);
      continue;
    }
    await know?.(applications.map(([id]) => id));
    let connections = 0;
    for (const [id, state] of applications) connections += hubs.byId(id)?.recovery?.load(state) ?? 0;
    if (connections === 0) continue;
    log.info("recovery_spool", `${connections} connections of an earlier server can be continued`);
  }
}

function read(text: string): readonly (readonly [string, RecoveryState])[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The text is cut off, or another program wrote it.
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { version, applications } = value as Readonly<Record<string, unknown>>;
  if (version !== VERSION || !Array.isArray(applications)) return undefined;
  const states: [string, RecoveryState][] = [];
  for (const each of applications as readonly unknown[]) {
    const [id, written] = Array.isArray(each) ? each as readonly unknown[] : [];
    const state = readRecoveryState(written);
    if (typeof id !== "string" || state === undefined) return undefined;
    states.push([id, state]);
  }
  return states;
}
