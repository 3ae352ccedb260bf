import type { Availability, ContenderKind } from "./contenders/contender.ts";
import type { Entrant } from "./run-scenario.ts";

/** Makes contenders ready, and says in one line each which version it is, or why it cannot be had. */
export async function prepareContenders(
  kinds: readonly ContenderKind[],
  say: (line: string) => void,
): Promise<Entrant[]> {
  const entrants: Entrant[] = [];
  for (const kind of kinds) {
    const found = await prepared(kind), isReady = found.kind === "ready";
    entrants.push(isReady ? { kind, version: found.version } : { kind, version: "", problem: found.reason });
    say(`${kind.id.padEnd(8)} ${isReady ? found.version : `could not start: ${found.reason}`}`);
  }
  return entrants;
}

/** What is wrong with one contender must not keep the others from being measured. */
async function prepared(kind: ContenderKind): Promise<Availability> {
  try {
    return await kind.prepare();
  } catch (error) {
    return { kind: "unavailable", reason: error instanceof Error ? error.message : String(error) };
  }
}
