import { expect, test } from "bun:test";
import { ChangedRows } from "../../../../src/server/directory/changed-rows.ts";

interface Row extends Readonly<Record<string, unknown>> {
  readonly app_id: string;
  readonly app_key: string;
  readonly changed: unknown;
}

function row(id: number, changed: unknown): Row {
  return { app_id: `${id}`, app_key: `key-${id}`, changed };
}

/** Looks, and gives the ids that were found, each once. */
async function look(changes: ChangedRows): Promise<string[]> {
  const names = await changes.look();
  return [...new Set(names.filter(({ by }) => by === "id").map(({ value }) => value))];
}

test("a change counts for three looks: a time in whole seconds shows only the first within one", async () => {
  let rows = [row(2, "12:00"), row(1, "11:00")];
  const changes = new ChangedRows((page) => Promise.resolve(page === 0 ? rows : []));
  for (let n = 0; n < 3; n++) expect(await look(changes)).toEqual(["2", "1"]);
  expect(await look(changes)).toEqual([]);
  rows = [row(1, "12:01"), row(2, "12:00")];
  for (let n = 0; n < 3; n++) expect(await look(changes)).toEqual(["1"]);
  expect(await look(changes)).toEqual([]);
});

test("a name is given by id and key, since a key that did not exist may do so now", async () => {
  const changes = new ChangedRows(() => Promise.resolve([row(1, new Date(5))]));
  expect(await changes.look()).toEqual([{ by: "id", value: "1" }, { by: "key", value: "key-1" }]);
});

test("further pages are read while all rows of a page have changed, and not at the first look", async () => {
  const all = (time: string): Row[] => Array.from({ length: 250 }, (_, id) => row(id, time)),
    asked: number[] = [];
  let rows = all("1");
  const changes = new ChangedRows((page) => {
    asked.push(page);
    return Promise.resolve(rows.slice(page * 100, page * 100 + 100));
  });
  expect((await look(changes)).length).toBe(100);
  for (let n = 0; n < 3; n++) await changes.look();
  expect(asked.splice(0)).toEqual([0, 0, 0, 0]);
  rows = all("2");
  expect((await look(changes)).length).toBe(250);
  expect(asked).toEqual([0, 1, 2]);
});

test("equal times of dates are equal", async () => {
  const changes = new ChangedRows(() => Promise.resolve([row(1, new Date(1000))]));
  for (let n = 0; n < 3; n++) await changes.look();
  expect(await look(changes)).toEqual([]);
});
