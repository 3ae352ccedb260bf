import { OwnerLink } from "../../bridge/node/owner-link.ts";
import type { Log } from "../../monitoring/log.ts";
import { ExitCode } from "../exit-code.ts";
import type { PreparedStart } from "../prepared-start.ts";
import { serve } from "../serve.ts";
import type { CheckedPlan, ListeningServer } from "./handover-message.ts";
import type { MainLink } from "./main-link.ts";
import { SuccessorControl } from "./successor-control.ts";

/** Takes the place of a process that serves, once the main process says so. `plan` is what the configuration asks for. */
export async function serveAsSuccessor(
  prepared: PreparedStart,
  link: MainLink,
  plan: CheckedPlan,
): Promise<ExitCode> {
  await link.report({ type: "checked", plan });
  let bridge: OwnerLink | undefined;
  const room = await link.mayListen(async (place) => {
    const opened = await OwnerLink.open(place);
    if (typeof opened === "string") return opened;
    bridge = opened;
    return undefined;
  });
  if (room === undefined) return ExitCode.ok;
  const control = new SuccessorControl(link);
  let listening: ListeningServer | undefined;
  return await serve(prepared, {
    bridge,
    predecessor: { places: room.places, areShared: room.unshared === undefined, signal: room.signal },
    refused: (messages) => link.report({ type: "refused", messages }),
    control({ server: { places }, isConfigured, description: { address, version, stopSeconds } }) {
      warnOfUnsteered(places.steer(), prepared.log);
      listening = {
        address,
        version,
        stopSeconds,
        takesClients: places.takesClients,
        isConfigured: isConfigured(),
      };
      return { control, replace: (cause) => void link.report({ type: "restart", cause }) };
    },
    running: (run) => control.obey(run),
    async listening() {
      if (listening !== undefined) await link.report({ type: "listening", server: listening });
    },
  });
}

/** Says why the system may not send every new connection to the new process. */
export function warnOfUnsteered(reasons: readonly string[], log: Log): void {
  for (const reason of reasons) {
    log.warning(
      "restart_unsteered",
      `The system does not send all new connections to the new process (${reason}): some that the old one had not accepted yet ` +
        "when it closed its port may be reset",
    );
  }
}
