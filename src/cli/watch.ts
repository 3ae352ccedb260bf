import { once } from "node:events";
import { FollowedServer, type ReadLine } from "./followed-server.ts";
import { complain, withEachServer } from "./running-servers.ts";
import { watchText } from "./watch-text.ts";
import type { FolderOptions } from "./config-options.ts";
import { ExitCode } from "../process/exit-code.ts";
import { writeOut } from "../process/outputs.ts";
import { LONGEST_FILTER } from "../process/watch/watch-filter.ts";

/** The options of `resound watch`, as the command line gives them. */
export interface WatchOptions extends FolderOptions {
  readonly channel?: string;
  readonly event?: string;
  readonly connection?: string;
  readonly data?: boolean;
  readonly json?: boolean;
}

/** Follows every server of the folder until it stops, or until Ctrl-C. */
export async function watch({ json, ...options }: WatchOptions): Promise<ExitCode> {
  const refusal = refusalOf(options);
  if (refusal !== undefined) {
    complain(refusal);
    return ExitCode.usage;
  }
  const { channel, event, connection, data } = options;
  const ended = new AbortController(), end = (): void => ended.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  // The reader has gone: `| head`.
  process.stdout.once("error", end);
  const servers = new Set<number>();
  let applications = 0;
  const show = (line: ReadLine): Promise<void> | undefined => {
    const text = json === true
      ? JSON.stringify(line)
      : watchText(line, { withServer: servers.size > 1, withApplication: applications > 1 });
    return writeOut(`${text}\n`) ? undefined : once(process.stdout, "drain").then(() => {}, end);
  };
  return await withEachServer(options, (server) => {
    servers.add(server.record.pid);
    return new FollowedServer(server, {
      filter: { channel, event, connection, data },
      show,
      hasApplications: (count) => applications = Math.max(applications, count),
      signal: ended.signal,
    }).ended;
  });
}

/** Why these options cannot be used, for people. */
function refusalOf({ channel = "", event = "", connection }: WatchOptions): string | undefined {
  if (process.platform === "win32") {
    return "resound watch needs a Unix socket that only your user can open, which Windows does not have.";
  }
  if (connection !== undefined && !/^\d+\.\d+$/.test(connection)) {
    return `--connection ${connection} is not the id of a connection: give its socket_id, such as 421337.90210.`;
  }
  // A line of JSON has to carry both.
  if (JSON.stringify([channel, event]).length > LONGEST_FILTER - 200) {
    return "The patterns of --channel and --event are too long.";
  }
  return undefined;
}
