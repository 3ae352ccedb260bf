import type { NodeRecord } from "../history/entry.ts";
import type { Recorder } from "../history/recorder.ts";
import type { Slots } from "./slots.ts";

/** What the processes that live say of themselves; of one that does not answer in time there is none. */
export async function recordsOf(slots: Slots, recorder: Recorder): Promise<readonly NodeRecord[]> {
  const records: NodeRecord[] = [];
  for (const { name, node, since } of slots.all) {
    if (node === undefined) continue;
    // The next quiet moment asks again.
    const said = await node.losses().catch(() => undefined);
    if (said === undefined) continue;
    const { log, ...losses } = said;
    records.push({ type: "record", node: name, since, at: recorder.moment(), losses, log });
  }
  return records;
}
