import type { EnvDocument } from "./env-document.ts";
import type { WantedVariable } from "./reverb-variables.ts";

/** Where Laravel reads the name of the connection to broadcast on: `BROADCAST_DRIVER` before Laravel 11. */
export type BroadcastVariable = "BROADCAST_CONNECTION" | "BROADCAST_DRIVER";

/** Connections that send nothing anywhere: what a fresh application comes with. */
const PLACEHOLDERS: readonly string[] = ["log", "null"];

/**
 * Adds to a `.env` what an application needs to broadcast through this server, and only what is missing. Returns a sentence for
 * every change, and for a variable that matters and was left alone. A sentence never has a secret.
 */
export function editEnvironment(
  document: EnvDocument,
  broadcast: BroadcastVariable,
  groups: readonly (readonly WantedVariable[])[],
): string[] {
  const sentences = [...editBroadcast(document, broadcast)];
  for (const group of groups) {
    document.separate();
    for (const { name, written, secret } of group) {
      if (document.get(name) !== undefined) continue;
      const shown = secret === true ? `${name} (its value is not shown)` : `${name}=${written}`;
      sentences.push(document.set(name, written) === "appended" ? `added ${shown}` : `filled in ${shown}`);
    }
  }
  return sentences;
}

function* editBroadcast(document: EnvDocument, name: BroadcastVariable): Generator<string> {
  const before = document.get(name);
  if (before === "reverb") return;
  if (before !== undefined && !PLACEHOLDERS.includes(before)) {
    yield `left ${name}=${before} alone: set it to reverb to broadcast through this server`;
    return;
  }
  document.set(name, "reverb");
  yield before === undefined ? `added ${name}=reverb` : `changed ${name}=${before} to ${name}=reverb`;
}

/**
 * The variable that an application's `config/broadcasting.php` asks for; without the file, the one that its `.env` has. Laravel 11
 * and later need no such file and ask for `BROADCAST_CONNECTION`.
 */
export function broadcastVariable(
  document: EnvDocument,
  broadcastingPhp: string | undefined,
): BroadcastVariable {
  const old = broadcastingPhp === undefined
    ? document.get("BROADCAST_DRIVER") !== undefined && document.get("BROADCAST_CONNECTION") === undefined
    : broadcastingPhp.includes("BROADCAST_DRIVER") && !broadcastingPhp.includes("BROADCAST_CONNECTION");
  return old ? "BROADCAST_DRIVER" : "BROADCAST_CONNECTION";
}
