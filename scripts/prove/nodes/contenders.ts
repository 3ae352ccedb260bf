import { olderVersion, versionBefore } from "./older-version.ts";
import type { Prepared } from "./contender.ts";
import { prepareReverb, prepareSoketi } from "./peers.ts";
import { resound, targetsHere } from "./resound.ts";

/**
 * Makes a contender ready; `before` is the revision of this server that a rolling restart begins with. Without `isUpgraded` none is made
 * ready, which takes some seconds. `application` is the folder of a Laravel application, for Reverb.
 */
export async function prepareContender(
  against: "resound" | "soketi" | "reverb",
  before: string | undefined,
  isUpgraded: boolean,
  application: string | undefined,
): Promise<Prepared> {
  switch (against) {
    case "resound": {
      const revision = !isUpgraded ? undefined : before ?? versionBefore();
      const older = revision === undefined ? undefined : await olderVersion(revision);
      return { kind: "ready", contender: resound(targetsHere(), older) };
    }
    case "soketi":
      return await prepareSoketi();
    case "reverb":
      return await prepareReverb(application);
  }
}
