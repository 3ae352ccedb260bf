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
  readonly reload?: CountedOutcome | undefined;
  /** How many server processes it looks after; absent for one that serves by itself. */
  readonly workers?: number | undefined;
  /** The last answer to a request to restart; absent before the first. With workers it comes when all of them are new. */
  readonly restart?: CountedOutcome & RestartOutcome | undefined;
  /** Whether a restart hands the clients over to another process, and the process with this number stays. */
  readonly handsOver?: true | undefined;
  /** Whether it does that now: the next answer is to an earlier request. */
  readonly isRestarting?: boolean | undefined;
  /** Whether SIGUSR2 restarts it, after a check of the new configuration; an earlier version without workers would end at once. */
  readonly checksRestart?: true | undefined;
}

/** What became of a reload, or of a request to replace all workers. */
export interface ReloadOutcome {
  /** Whether the new configuration is in use, or all workers are new. */
  readonly accepted: boolean;
  /** Lines about it, for people. */
  readonly messages: readonly string[];
}

/** What became of a request to restart. */
export interface RestartOutcome extends ReloadOutcome {
  /** Whether the process ends, for its process manager to start the next one. */
  readonly ends?: true | undefined;
}

/** An outcome in a runtime file. The number shows a command that waits for its answer that this is a new one. */
export interface CountedOutcome extends ReloadOutcome {
  /** How many there were, this one included. */
  readonly count: number;
}

/** Seconds of a stop that a command may wait for; `drain_seconds` allows an hour. */
const LONGEST_STOP = 7200;

/** The record of a runtime file; `undefined` when the text is none, as of a file of another program. */
export function parseRuntimeRecord(text: string): RuntimeRecord | undefined {
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  const {
    pid,
    started,
    machine,
    address,
    version,
    folder,
    stopSeconds,
    reload,
    workers,
    restart,
    checksRestart,
    handsOver,
    isRestarting,
  } = value;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid < 1) return undefined;
  if (started !== undefined && typeof started !== "string") return undefined;
  if (typeof machine !== "string" || typeof address !== "string" || typeof version !== "string") {
    return undefined;
  }
  if (typeof folder !== "string" || typeof stopSeconds !== "number") return undefined;
  if (!(stopSeconds >= 0 && stopSeconds <= LONGEST_STOP)) return undefined;
  const record = {
    pid,
    started,
    machine,
    address: printable(address),
    version,
    folder,
    stopSeconds,
    reload: parseOutcome(reload),
    restart: parseRestart(restart),
    checksRestart: checksRestart === true ? true as const : undefined,
    handsOver: handsOver === true ? true as const : undefined,
    isRestarting: isRestarting === true ? true as const : undefined,
  };
  return typeof workers === "number" ? { ...record, workers } : record;
}

function parseRestart(value: unknown): CountedOutcome & RestartOutcome | undefined {
  const outcome = parseOutcome(value);
  if (outcome === undefined) return undefined;
  return isObject(value) && value["ends"] === true ? { ...outcome, ends: true } : outcome;
}

function parseOutcome(value: unknown): CountedOutcome | undefined {
  if (!isObject(value)) return undefined;
  const { count, accepted, messages } = value;
  if (typeof count !== "number" || typeof accepted !== "boolean" || !Array.isArray(messages)) {
    return undefined;
  }
  return {
    count,
    accepted,
    messages: messages.filter((message) => typeof message === "string").map(printable),
  };
}

/** Without control characters: root prints what another user's file says, and a terminal obeys them. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, " ");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It is no record of ours.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
