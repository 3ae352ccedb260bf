import { expect, test } from "bun:test";
import { errorCode, errorMessage, errorReason, systemWords } from "../../../src/failures/error-reason.ts";

const denied = Object.assign(new Error("EACCES: permission denied, open '/a'"), { code: "EACCES" });

test("a system's error is explained by its code", () => {
  expect(errorReason(denied)).toBe("permission denied");
  expect(errorCode(denied)).toBe("EACCES");
  expect(systemWords("EADDRINUSE")).toBe("the port is taken");
});

test("any other error is explained by its own message", () => {
  expect(errorReason(new Error("it is too large"))).toBe("it is too large");
  expect(errorReason(Object.assign(new Error("it is odd"), { code: "EODD" }))).toBe("it is odd");
  expect(errorCode(new Error("it is too large"))).toBe("");
  expect(systemWords("EODD")).toBeUndefined();
});

test("what is thrown and is no error is shown as it is", () => {
  expect(errorMessage("broken")).toBe("broken");
  expect(errorReason(undefined)).toBe("undefined");
});
