import { existsSync } from "node:fs";
import { processFolder, processPath } from "../../config/load-process-config.ts";
import { errorMessage } from "../../failures/error-reason.ts";
import { openBridge } from "../bridge-socket.ts";
import { openServiceNotifier } from "../control/open-service-notifier.ts";
import { SignalControl } from "../control/signal-control.ts";
import { ExitCode } from "../exit-code.ts";
import type { PreparedStart } from "../prepared-start.ts";
import { serve } from "../serve.ts";
import { CONFIGURED_OPTION, successorCheck } from "../successor-check.ts";
import { MainProcess, type MainProcessParts } from "./main-process.ts";
import { OwnLife } from "./own-life.ts";
import { Successor } from "./successor.ts";
import { SUCCESSOR_OPTION, successorCommand } from "./successor-command.ts";

/** Milliseconds between two pings to the process that serves, where no service manager says how often it asks for a sign of life. */
const PING_INTERVAL = 15_000;

/** Serves as the first process, which stays when others take its place. Resolves with the exit code of the last one. */
export async function serveAsMain(prepared: PreparedStart): Promise<number> {
  const { config, runtime, log } = prepared;
  const notifier = await openServiceNotifier(runtime, log);
  const life = new OwnLife();
  let main: MainProcess | undefined, outer: SignalControl | undefined;
  const own = await serve(prepared, {
    control({ server, description, isConfigured }) {
      const handsOver = server.places.canMove && !config.server.reusePort ? true as const : undefined;
      const control = outer = new SignalControl(notifier, log, { ...description, handsOver });
      if (handsOver === undefined) return { control };
      const process = main = new MainProcess(life, {
        ...{ control, log, scaling: config.server.scaling.enabled, ...nextProcess(log, isConfigured) },
        openBridge: () => openBridge(config.server, true, log),
      });
      return {
        control: life.controlled(control, {
          stop: (cause) => process.stop(cause),
          reload: () => process.reload(),
          restart: () => void process.restart("resound restart"),
        }),
        replace: (cause) => void process.restart(cause),
      };
    },
    running: (run) => life.begin(run),
  });
  if (main === undefined || own !== ExitCode.ok) return own;
  // What the server was made of is not needed any more, and this process may stay for months.
  runtime.freeMemory?.();
  const process = main;
  const ping = setInterval(() => process.ping(), notifier.interval ?? PING_INTERVAL);
  const code = await process.ended;
  clearInterval(ping);
  outer?.ended();
  return code;
}

/** How the next process is started, and checked where it knows nothing of that. */
function nextProcess(
  log: PreparedStart["log"],
  isConfigured: () => boolean,
): Pick<MainProcessParts, "spawn" | "check"> {
  const folder = processFolder();
  const [program, ...args] = successorCommand(process, { folder, path: processPath() });
  return {
    check: successorCheck({ process, folder, log, isConfigured }),
    spawn(events, isServerConfigured = isConfigured()) {
      // The folder of a release that is gone: the process manager starts the server in another one.
      if (!existsSync(folder)) return `there is no folder ${folder} any more`;
      const options = [SUCCESSOR_OPTION, ...isServerConfigured ? [CONFIGURED_OPTION] : []];
      try {
        return new Successor([program, ...args, ...options], folder, events);
      } catch (error) {
        return errorMessage(error);
      }
    },
  };
}
