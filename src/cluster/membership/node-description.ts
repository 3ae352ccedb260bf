import { ACTIVITIES, type ActivityTotals } from "../../monitoring/activity-totals.ts";

/** How a node describes itself to the others. */
export interface NodeDescription {
  /** Name of the machine. */
  readonly host: string;
  readonly pid: number;
  /** Where it listens: address and port, or the path of a Unix socket. */
  readonly address: string;
  /** It has begun to stop. */
  readonly isDraining: boolean;
  /** Connections by application. */
  readonly connections: Readonly<Record<string, number>>;
  /** What has happened by application, without those where nothing has; absent from nodes of earlier versions. */
  readonly activity?: Readonly<Record<string, ActivityTotals>> | undefined;
  /** When this was written: Unix time in milliseconds. */
  readonly at?: number | undefined;
  /** Its number among its parent's workers, where it is one. */
  readonly worker?: number | undefined;
  /** Process id of the parent. */
  readonly parent?: number | undefined;
  readonly version: string;
  /** Unix time in milliseconds at which the process started. */
  readonly startedAt: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads how a node describes itself; `undefined` where that is no description. Fields of later versions are kept. */
export function readDescription(value: unknown): NodeDescription | undefined {
  if (!isFields(value)) return undefined;
  const { host, pid, address, isDraining, connections, activity, at, worker, parent, version, startedAt } =
    value;
  const areTexts = [host, address, version].every((each) => typeof each === "string");
  const areNumbers = [pid, startedAt].every(Number.isFinite) &&
    [at, worker, parent].every((each) => each === undefined || Number.isFinite(each));
  if (!areTexts || !areNumbers || typeof isDraining !== "boolean") return undefined;
  if (!isFields(connections) || !Object.values(connections).every(Number.isFinite)) return undefined;
  if (activity !== undefined && !isActivity(activity)) return undefined;
  return value as unknown as NodeDescription;
}

/** As `readDescription`, from JSON. */
export function parseDescription(text: string): NodeDescription | undefined {
  try {
    return readDescription(JSON.parse(text));
  } catch {
    // It is not JSON, so no node has written it; the caller counts it.
    return undefined;
  }
}

function isActivity(value: unknown): boolean {
  return isFields(value) &&
    Object.values(value).every((totals) =>
      isFields(totals) && ACTIVITIES.every((name) => Number.isFinite(totals[name]))
    );
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
