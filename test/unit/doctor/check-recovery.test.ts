import { expect, test } from "bun:test";
import { checkRecovery } from "../../../src/doctor/check-recovery.ts";
import { recoveryConfig } from "../../support/fake-hub.ts";

function levels(page: string | undefined, host: string, scheme: string, enabled = true): string[] {
  const variable = () => page === undefined ? undefined : { text: page, place: ".env:1 APP_URL" };
  return [...checkRecovery([{ recovery: recoveryConfig({ enabled }) }], { host, scheme }, variable)]
    .map(({ level }) => level);
}

test.each([
  ["https://shop.example", "shop.example", "https", ["ok"]],
  ["https://www.shop.example", "ws.shop.example", "https", ["ok"]],
  ["http://127.0.0.1:8000", "127.0.0.1", "http", ["ok"]],
  ["https://shop.example", "realtime.example.net", "https", ["warning"]],
  ["http://shop.example", "realtime.example.net", "http", ["warning"]],
  ["http://10.0.0.1", "10.1.0.1", "http", ["warning"]],
  [undefined, "shop.example", "https", []],
  ["https://shop.example", "", "https", []],
])("pages of %s and a server at %s by %s: %j", (page, host, scheme, expected) => {
  expect(levels(page, host, scheme)).toEqual(expected);
});

test("without recovery there is no line", () => {
  expect(levels("https://shop.example", "realtime.example.net", "http", false)).toEqual([]);
});
