import { connect } from "node:net";
import { waitAtMost } from "../failures/deadline.ts";
import { errorCode, errorReason } from "../failures/error-reason.ts";
import { ExitCode } from "../process/exit-code.ts";
import type { FoundServer } from "../process/registry/find-servers.ts";
import { parseRefreshed, refreshLine } from "../process/watch/refresh-request.ts";
import { findWatchSockets } from "../process/watch/watch-places.ts";
import type { FolderOptions } from "./config-options.ts";
import { complain, say, withEachServer } from "./running-servers.ts";

/** Milliseconds for the answer of a process. */
const PATIENCE = 10_000;
/** Characters of an answer at most. */
const LONGEST = 10_000;

/** Has every server of the folder, and the other nodes of its cluster, look applications up again: the one with this id, or all. */
export async function appsRefresh(
  options: FolderOptions,
  [id, ...more]: readonly string[],
): Promise<ExitCode> {
  if (process.platform === "win32") {
    complain(
      "resound apps:refresh needs a Unix socket that only your user can open, which Windows does not have.",
    );
    return ExitCode.usage;
  }
  if (more.length > 0) {
    complain("resound apps:refresh takes the id of one application, or none for all of them.");
    return ExitCode.usage;
  }
  return await withEachServer(options, (server) => refreshOne(server, id));
}

async function refreshOne(server: FoundServer, id: string | undefined): Promise<boolean> {
  const { pid, address } = server.record, name = `the server ${pid} at ${address}`;
  const answers = await Promise.all(findWatchSockets(server).map((path) => ask(path, id)));
  const there = answers.filter((answer) => answer.type !== "ended");
  const failed = there.find((answer) => answer.type === "failed");
  if (failed !== undefined) {
    complain(`Cannot ask ${name}: ${failed.reason}`);
    return false;
  }
  if (there.length === 0) {
    complain(`Cannot ask ${name}: it has no socket for that. Its log says why (watch_socket).`);
    return false;
  }
  if (there.some(({ type }) => type === "config")) {
    complain(
      `${
        name.replace("the", "The")
      } has its applications from its configuration (apps.provider is config). ` +
        "`resound reload` has it read that again.",
    );
    return false;
  }
  const what = id === undefined ? "all applications that it knows" : `application ${id}`;
  say(
    `${name.replace("the", "The")} looks up again ${what}${
      server.record.workers === undefined ? "" : ", in each worker"
    }`,
  );
  return true;
}

type Answer =
  | { readonly type: "source" | "config" }
  /** The process has ended, and left its socket. */
  | { readonly type: "ended" }
  | { readonly type: "failed"; readonly reason: string };

async function ask(path: string, id: string | undefined): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const socket = connect(path);
  let text = "";
  socket.setEncoding("utf8");
  socket.on("connect", () => socket.write(refreshLine(id)));
  socket.on("data", (data: string) => {
    text += data;
    if (text.length > LONGEST) socket.destroy();
  });
  socket.on("error", (error) => {
    const code = errorCode(error), hasEnded = code === "ECONNREFUSED" || code === "ENOENT";
    resolve(hasEnded ? { type: "ended" } : { type: "failed", reason: errorReason(error) });
  });
  socket.on("close", () => {
    const type = parseRefreshed(text);
    resolve(
      type === undefined
        ? { type: "failed", reason: "it does not know the question; it may be an earlier version of Resound" }
        : { type },
    );
  });
  const answer = await waitAtMost(PATIENCE, promise);
  socket.destroy();
  return answer ?? { type: "failed", reason: `no answer within ${PATIENCE / 1000} s` };
}
