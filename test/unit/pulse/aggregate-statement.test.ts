import { expect, test } from "bun:test";
import type { AggregateRow } from "../../../src/pulse/aggregate-rows.ts";
import { aggregateStatement, keyHashOf } from "../../../src/pulse/aggregate-statement.ts";

const row: AggregateRow = { bucket: 60, period: 60, type: "reverb_message:sent", key: "1", value: 7 };
const values = [60, 60, "reverb_message:sent", "1", "count", 7];

test("SQLite gets the hash of the key from the statement", () => {
  expect(aggregateStatement("sqlite", "pulse_aggregates", "text", [row])).toEqual({
    text:
      'insert into "pulse_aggregates" ("bucket", "period", "type", "key", "aggregate", "value", "key_hash") ' +
      'values (?, ?, ?, ?, ?, ?, ?) on conflict ("bucket", "period", "type", "aggregate", "key_hash") ' +
      'do update set "value" = "pulse_aggregates"."value" + excluded."value"',
    values: [...values, "c4ca4238a0b923820dcc509a6f75849b"],
  });
});

test("PostgreSQL generates the hash itself, and its placeholders are numbered through all rows", () => {
  expect(aggregateStatement("postgres", "app.pulse_aggregates", "generated", [row, row])).toEqual({
    text: 'insert into "app"."pulse_aggregates" ("bucket", "period", "type", "key", "aggregate", "value") ' +
      "values ($1, $2, $3, $4, $5, $6), ($7, $8, $9, $10, $11, $12) " +
      'on conflict ("bucket", "period", "type", "aggregate", "key_hash") ' +
      'do update set "value" = "app"."pulse_aggregates"."value" + excluded."value"',
    values: [...values, ...values],
  });
});

test("MySQL has its own clause for adding, and gets the bytes of the hash where it does not generate it", () => {
  const { text, values: bound } = aggregateStatement("mysql", "pulse_aggregates", "bytes", [row]);
  expect(text).toEndWith(
    "values (?, ?, ?, ?, ?, ?, ?) on duplicate key update `value` = `value` + values(`value`)",
  );
  expect(bound.at(-1)).toEqual(Buffer.from("c4ca4238a0b923820dcc509a6f75849b", "hex"));
});

test("the description of the column decides how the hash gets there", () => {
  expect(keyHashOf(undefined)).toBeUndefined();
  expect(keyHashOf({ generated: "1", size: 16 })).toBe("generated");
  expect(keyHashOf({ generated: 0, size: 32 })).toBe("text");
  expect(keyHashOf({ generated: 0n, size: 16n })).toBe("bytes");
});
