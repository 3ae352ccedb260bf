import { expect, test } from "bun:test";
import { parseOpenFileLimit } from "../../../src/monitoring/open-file-limit.ts";

const HEADER = "Limit                     Soft Limit           Hard Limit           Units\n";

test.each([
  ["Max open files            1024                 20000                files\n", 1024],
  ["Max open files            unlimited            unlimited            files\n", Infinity],
  ["Max processes             99                   99                   processes\n", undefined],
])("the limit in %j is %p", (line, limit) => {
  expect(parseOpenFileLimit(HEADER + line)).toBe(limit);
});
