import { expect, test } from "bun:test";
import { describeNetworkFault, networkCode } from "../../../src/webhooks/network-fault.ts";

function fault(message: string, code?: string, cause?: Error): Error {
  const error = new Error(message, cause === undefined ? {} : { cause });
  return code === undefined ? error : Object.assign(error, { code });
}

test.each([
  ["Bun", fault("Unable to connect", "ConnectionRefused")],
  ["Deno", fault("error sending request", undefined, fault("tcp connect error: Connection refused"))],
  ["node:http", fault("connect ECONNREFUSED 127.0.0.1:1", "ECONNREFUSED")],
])("a refused connection has one code and the same words on %s", (_, error) => {
  expect([networkCode(error), describeNetworkFault(error)]).toEqual([
    "ECONNREFUSED",
    "nothing listens there",
  ]);
});

test("an unknown fault is described by its message, without the URL", () => {
  const error = fault("cannot fetch https://ann:s3cret@shop.example/\nfor a reason", "ODD");
  expect([networkCode(error), describeNetworkFault(error)]).toEqual([
    undefined,
    "the request failed: cannot fetch … for a reason",
  ]);
});
