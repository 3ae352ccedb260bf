/** What a server writes down about itself while it runs, so that `resound restart` and `resound reload` find it. */
export interface RuntimeRecord {
  readonly pid: number;
  /** When the process was started, as the operating system says it. */
  readonly started: string | undefined;
  /** Name of the machine: storage may be shared between several. */
  readonly machine: string;
  /** Where it listens, for people. */
  readonly address: string;
  readonly version: string;
  /** The folder that it serves. */
  readonly folder: string;
  /** Seconds that a graceful stop may take. */
  readonly stopSeconds: number;
  /** The last time that the configuration was read again; absent before the first. */
  readonly reload?: ReloadOutcome | undefined;
  /** How many server processes it looks after; absent for one that serves by itself. */
  readonly workers?: number | undefined;
  /** The last time that all of these were put in the place of others; absent before the first. */
  readonly restart?: ReloadOutcome | undefined;
}

/** How it went to read the configuration again, or to put others in the place of all workers. */
export interface ReloadOutcome {
  /** How many there were, this one included. */
  readonly count: number;
  /** Whether the new configuration is in use, or all workers are new. */
  readonly accepted: boolean;
  /** What the server said about it, for people. */
  readonly messages: readonly string[];
}

/** The record of a runtime file, `undefined` when the text is none: half written by hand, of another program. */
export function parseRuntimeRecord(text: string): RuntimeRecord | undefined {
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  const { pid, started, machine, address, version, folder, stopSeconds, reload, workers, restart } = value;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid < 1) return undefined;
  if (started !== undefined && typeof started !== "string") return undefined;
  if (typeof machine !== "string" || typeof address !== "string" || typeof version !== "string") {
    return undefined;
  }
  if (typeof folder !== "string" || typeof stopSeconds !== "number") return undefined;
  const record = {
    pid,
    started,
    machine,
    address,
    version,
    folder,
    stopSeconds,
    reload: parseOutcome(reload),
  };
  return typeof workers === "number" ? { ...record, workers, restart: parseOutcome(restart) } : record;
}

function parseOutcome(value: unknown): ReloadOutcome | undefined {
  if (!isObject(value)) return undefined;
  const { count, accepted, messages } = value;
  if (typeof count !== "number" || typeof accepted !== "boolean" || !Array.isArray(messages)) {
    return undefined;
  }
  return { count, accepted, messages: messages.filter((message) => typeof message === "string") };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever it is, it is no record of ours.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
