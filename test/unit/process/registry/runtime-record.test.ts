import { expect, test } from "bun:test";
import { parseRuntimeRecord, type RuntimeRecord } from "../../../../src/process/registry/runtime-record.ts";

const record: RuntimeRecord = {
  pid: 7,
  started: "boot/1",
  machine: "host",
  address: "http://0.0.0.0:8080",
  version: "1.0.0",
  folder: "/site",
  stopSeconds: 3,
  reload: { count: 2, accepted: false, messages: ["one", "two"] },
};

test("a record is read back as it was written", () => {
  expect(parseRuntimeRecord(JSON.stringify(record))).toEqual(record);
  const { started: _, reload: __, ...least } = record;
  expect(parseRuntimeRecord(JSON.stringify(least))).toEqual({
    ...least,
    started: undefined,
    reload: undefined,
  });
});

test.each([
  "",
  "{",
  "null",
  "[]",
  "7",
  JSON.stringify({ ...record, pid: 0 }),
  JSON.stringify({ ...record, pid: -1 }),
  JSON.stringify({ ...record, pid: "7" }),
  JSON.stringify({ ...record, pid: 1.5 }),
  JSON.stringify({ ...record, started: 5 }),
  JSON.stringify({ ...record, address: undefined }),
])("%j is no record: no process is signalled for it", (text) => {
  expect(parseRuntimeRecord(text)).toBeUndefined();
});
