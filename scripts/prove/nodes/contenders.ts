import { newestTag, olderVersion } from "./older-version.ts";
import type { Prepared } from "./contender.ts";
import { prepareReverb, prepareSoketi } from "./peers.ts";
import { resound, targetsHere } from "./resound.ts";

/** Makes a contender ready; `before` is the revision of this server that a rolling restart begins with. */
export async function prepareContender(
  against: "resound" | "soketi" | "reverb",
  before: string | undefined,
): Promise<Prepared> {
  switch (against) {
    case "resound": {
      const revision = before ?? newestTag();
      const older = revision === undefined ? undefined : await olderVersion(revision);
      return { kind: "ready", contender: resound(targetsHere(), older) };
    }
    case "soketi":
      return await prepareSoketi();
    case "reverb":
      return await prepareReverb();
  }
}
