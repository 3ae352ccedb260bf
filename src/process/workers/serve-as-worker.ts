import { OwnerLink } from "../../bridge/node/owner-link.ts";
import { ExitCode } from "../exit-code.ts";
import type { PreparedStart } from "../prepared-start.ts";
import { serve } from "../serve.ts";
import { versionText } from "../version.ts";
import { warnOfUnsteered } from "../handover/serve-as-successor.ts";
import { ParentControl } from "./parent-control.ts";
import { ParentLink } from "./parent-link.ts";

/** Serves as one of several workers, under a parent. */
export async function serveAsWorker(prepared: PreparedStart, worker: number): Promise<ExitCode> {
  const { config, log } = prepared, link = new ParentLink();
  const bridge = config.server.scaling.enabled ? undefined : await joinWorkers(link);
  if (typeof bridge === "string") {
    log.error(
      "bridge_refused",
      `Cannot join the other workers: ${bridge}. Where the program was replaced by another version, stop the server and start it`,
    );
    return ExitCode.failed;
  }
  let control: ParentControl | undefined;
  return await serve(prepared, {
    ...{ worker, bridge },
    control: ({ server, monitor }) => ({
      control: control = new ParentControl({
        ...{ link, log, version: versionText() },
        metrics: () => server.metricsText(),
        steer: (group) => warnOfUnsteered(server.places.steer(group), log),
        refused: (refusal) => monitor.refused(refusal),
      }),
    }),
    running: (run) => control?.running(run),
  });
}

/** This process, as one that serves its clients together with its parent's other workers; or why it cannot. */
async function joinWorkers(parent: ParentLink): Promise<OwnerLink | string> {
  const place = await parent.place;
  return place === undefined ? "the parent has ended" : await OwnerLink.open(place);
}
