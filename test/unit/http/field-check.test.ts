import { describe, expect, test } from "bun:test";
import { ApiError } from "../../../src/http/api-error.ts";
import { FieldCheck, isMissing } from "../../../src/http/field-check.ts";

/** The body of the error that `done` throws; `undefined` when it throws none. */
function faults(look: (check: FieldCheck) => void): unknown {
  const check = new FieldCheck();
  look(check);
  try {
    check.done();
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    expect(error.status).toBe(422);
    return error.body;
  }
}

test.each([
  ["an absent field", {}, { name: ["The name field is required."] }],
  ["null", { name: null }, { name: ["The name field is required."] }],
  ["an empty text", { name: "" }, { name: ["The name field is required."] }],
  ["blanks", { name: " \t\n" }, { name: ["The name field is required."] }],
  ["an empty list", { name: [] }, { name: ["The name field is required."] }],
  ["a number", { name: 7 }, { name: ["The name field must be a string."] }],
  ["false", { name: false }, { name: ["The name field must be a string."] }],
  ["an object", { name: { a: 1 } }, { name: ["The name field must be a string."] }],
  ["a text", { name: "x" }, undefined],
])("a required text: %s", (_, fields, expected) => {
  expect(faults((check) => check.requiredString(fields, "name"))).toEqual(expected);
});

test("an optional text may be missing, and must be a text otherwise", () => {
  const check = new FieldCheck();
  expect(check.optionalString({}, "socket_id")).toBeUndefined();
  expect(check.optionalString({ socket_id: null }, "socket_id")).toBeUndefined();
  expect(check.optionalString({ socket_id: "" }, "socket_id")).toBe("");
  check.done();
  expect(faults((each) => each.optionalString({ socket_id: 7 }, "socket_id"))).toEqual({
    socket_id: ["The socket id field must be a string."],
  });
});

describe("a list", () => {
  test("may have as many entries as the setting allows", () => {
    const check = new FieldCheck();
    expect(check.list(["a", "b"], "channels", 2, "max")).toEqual(["a", "b"]);
    // PHP encodes a list with gaps like this.
    expect(check.list({ 0: "a", 3: "b" }, "channels", 2, "max")).toEqual(["a", "b"]);
    check.done();
    expect(faults((each) => each.list([1, 2, 3], "channels", 2, "max_channels_per_event"))).toEqual({
      channels: ["The channels field must not have more than 2 items (max_channels_per_event)."],
    });
  });

  test.each(["a", 7, true, { a: 1 }])("is not %j", (value) => {
    expect(faults((check) => check.list(value, "channels", 2, "max"))).toEqual({
      channels: ["The channels field must be an array."],
    });
  });
});

test("a channel name must be valid", () => {
  expect(faults((check) => check.channelName("private-a", "channel"))).toBeUndefined();
  expect(faults((check) => check.channelName(7, "channels.0"))).toEqual({
    "channels.0": ["The channels.0 field must be a string."],
  });
  expect(faults((check) => check.channelName("a\nb", "channels.1"))).toEqual({
    "channels.1": ["The channels.1 field is invalid: a channel name must not have control characters."],
  });
});

test("all faults come together, by field, those of a batch with the number of the entry", () => {
  expect(faults((check) => {
    check.requiredString({}, "name", "batch.0.");
    check.optionalString({ socket_id: 1 }, "socket_id", "batch.1.");
    check.fault("batch.1.socket_id", "And more.");
  })).toEqual({
    "batch.0.name": ["The batch.0.name field is required."],
    "batch.1.socket_id": ["The batch.1.socket id field must be a string.", "And more."],
  });
});

test("a value is missing when Laravel's rule `required` takes it for missing", () => {
  for (const value of [undefined, null, "", " ", [], {}]) expect(isMissing(value)).toBeTrue();
  for (const value of [0, false, "0", [null], { a: 1 }]) expect(isMissing(value)).toBeFalse();
});
