import type { ExitCode } from "../exit-code.ts";
import type { PreparedStart } from "../prepared-start.ts";
import { serve } from "../serve.ts";
import type { ListeningServer, Room } from "./handover-message.ts";
import type { MainLink } from "./main-link.ts";
import { SuccessorControl } from "./successor-control.ts";

/** Serves in the place of another process, under the main process. */
export async function serveAsSuccessor(
  prepared: PreparedStart,
  link: MainLink,
  room: Room,
): Promise<ExitCode> {
  const control = new SuccessorControl(link);
  let listening: ListeningServer | undefined;
  return await serve(prepared, {
    predecessor: { places: room.places, areShared: room.unshared === undefined, signal: room.signal },
    refused: (messages) => link.report({ type: "refused", messages }),
    control({ server: { places }, isConfigured, description: { address, version, stopSeconds } }) {
      for (const reason of places.steer()) {
        prepared.log.warning(
          "restart_unsteered",
          `The system does not send all new connections to the new process (${reason}): some that the old one had not accepted yet ` +
            "when it closed its port may be reset",
        );
      }
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
