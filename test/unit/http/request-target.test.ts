import { expect, test } from "bun:test";
import { requestTarget } from "../../../src/http/request-target.ts";

test.each([
  ["http://localhost:8080/apps/1/events?a=b&c", "/apps/1/events", "a=b&c"],
  ["http://[::1]/", "/", ""],
  ["https://host/a?", "/a", ""],
  ["http://host/%2Fa%20b/?x=%26?y", "/%2Fa%20b/", "x=%26?y"],
])("path and query of %s stay as they were sent", (url, path, query) => {
  expect(requestTarget(url)).toEqual({ path, query });
});
