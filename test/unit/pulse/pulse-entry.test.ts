import { expect, test } from "bun:test";
import { pulseEntry } from "../../../src/pulse/pulse-entry.ts";

test("an entry is serialized as PHP serializes Pulse's object, with its protected properties", () => {
  expect(pulseEntry({ minute: 1_795_262_400, direction: "sent", application: "café" })).toBe(
    'O:19:"Laravel\\Pulse\\Entry":6:{' +
      's:15:"\0*\0aggregations";a:1:{i:0;s:5:"count";}s:14:"\0*\0onlyBuckets";b:1;' +
      's:9:"timestamp";i:1795262400;s:4:"type";s:19:"reverb_message:sent";s:3:"key";s:5:"café";s:5:"value";N;}',
  );
});
